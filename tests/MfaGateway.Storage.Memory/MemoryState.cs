using System.Collections.Immutable;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Memory;

/// <summary>All that is kept, a table each, in the ordinal order of the keys. A copy shares the tables until one of them is written.</summary>
internal sealed record MemoryState
{
    public ImmutableSortedDictionary<string, Account> Accounts { get; set; } = Table<Account>();

    public ImmutableSortedDictionary<string, DeletedAccount> DeletedAccounts { get; set; } = Table<DeletedAccount>();

    public ImmutableSortedDictionary<string, PasswordRecord> Passwords { get; set; } = Table<PasswordRecord>();

    public ImmutableSortedDictionary<string, KeptToken> PasswordTokens { get; set; } = Table<KeptToken>();

    public ImmutableSortedDictionary<string, TotpAuthenticator> Totp { get; set; } = Table<TotpAuthenticator>();

    public ImmutableSortedDictionary<string, PendingTotp> PendingTotp { get; set; } = Table<PendingTotp>();

    public ImmutableSortedDictionary<string, KeptCodes> RecoveryCodes { get; set; } = Table<KeptCodes>();

    public ImmutableSortedDictionary<string, EnrollmentCodeRecord> EnrollmentCodes { get; set; } = Table<EnrollmentCodeRecord>();

    public ImmutableSortedDictionary<string, KeptAttempts> Attempts { get; set; } = Table<KeptAttempts>();

    public ImmutableSortedDictionary<string, ChallengeFlow> Flows { get; set; } = Table<ChallengeFlow>();

    public ImmutableSortedDictionary<string, CodeRequest> CodeRequests { get; set; } = Table<CodeRequest>();

    public ImmutableSortedDictionary<string, IssuedCode> IssuedCodes { get; set; } = Table<IssuedCode>();

    public ImmutableSortedDictionary<string, GatewaySession> Sessions { get; set; } = Table<GatewaySession>();

    public ImmutableSortedDictionary<string, KeptSuccession> Successions { get; set; } = Table<KeptSuccession>();

    public ImmutableSortedDictionary<string, KnownBrowser> KnownBrowsers { get; set; } = Table<KnownBrowser>();

    public ImmutableSortedDictionary<string, ApplicationSecretRow> Secrets { get; set; } = Table<ApplicationSecretRow>();

    public ImmutableSortedDictionary<string, ApplicationSettings> Settings { get; set; } = Table<ApplicationSettings>();

    public ImmutableSortedDictionary<long, SigningKeyRow> SigningKeys { get; set; } = ImmutableSortedDictionary<long, SigningKeyRow>.Empty;

    public ImmutableSortedDictionary<string, MailRecord> Mails { get; set; } = Table<MailRecord>();

    public ImmutableSortedDictionary<long, ChainedAuditEntry> Audit { get; set; } = ImmutableSortedDictionary<long, ChainedAuditEntry>.Empty;

    public ImmutableSortedDictionary<long, string> Changes { get; set; } = ImmutableSortedDictionary<long, string>.Empty;

    public ImmutableSortedDictionary<string, byte[]> Facts { get; set; } = Table<byte[]>();

    public AuditHead? Head { get; set; } = new(1, AuditChain.NoMac, 0, AuditChain.NoMac, Seal: null);

    public long Mark { get; set; } = 1;

    public static string KeyOf(byte[] hash) => Convert.ToHexString(hash);

    private static ImmutableSortedDictionary<string, T> Table<T>() => ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);
}

/// <param name="AccountId">Null for a token that leads nowhere.</param>
internal sealed record KeptToken(string? AccountId, PasswordToken Token);

/// <param name="Unused">Their hashes.</param>
internal sealed record KeptCodes(byte[] Salt, DateTimeOffset MadeAt, ImmutableList<byte[]> Unused);

internal sealed record KeptSuccession(string SessionId, DateTimeOffset ExpiresAt);
