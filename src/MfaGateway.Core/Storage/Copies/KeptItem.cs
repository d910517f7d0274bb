using System.Text.Json.Serialization;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Core.Storage.Copies;

/// <summary>
/// One piece of what a store keeps, the same on every engine: what a copy and a backup are made of. Its JSON is the format of backups: add
/// kinds and fields, never change any.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(KeptFact), "fact")]
[JsonDerivedType(typeof(KeptApplicationSecret), "application-secret")]
[JsonDerivedType(typeof(KeptApplicationSettings), "application-settings")]
[JsonDerivedType(typeof(KeptSigningKey), "signing-key")]
[JsonDerivedType(typeof(KeptDeletedAccount), "deleted-account")]
[JsonDerivedType(typeof(KeptAccount), "account")]
[JsonDerivedType(typeof(KeptAccountGone), "account-gone")]
[JsonDerivedType(typeof(KeptBucket), "attempts")]
[JsonDerivedType(typeof(KeptCodeRequest), "code-request")]
[JsonDerivedType(typeof(KeptMail), "mail")]
[JsonDerivedType(typeof(KeptSuccession), "succession")]
[JsonDerivedType(typeof(KeptAuditEntries), "audit")]
[JsonDerivedType(typeof(KeptAuditHead), "audit-head")]
[JsonDerivedType(typeof(KeptKeyFile), "key-file")]
public abstract record KeptItem
{
    // Hashes and encrypted secrets are of no use in a log.
    public sealed override string ToString() => GetType().Name;
}

public sealed record KeptFact(string Name, byte[] Value) : KeptItem;

public sealed record KeptApplicationSecret(ApplicationSecretRow Row) : KeptItem;

public sealed record KeptApplicationSettings(string ApplicationId, ApplicationSettings Settings) : KeptItem;

public sealed record KeptSigningKey(SigningKeyRow Row) : KeptItem;

public sealed record KeptDeletedAccount(DeletedAccount Account) : KeptItem;

/// <summary>An account with all that refers to it. A later one of the same id is what holds.</summary>
/// <param name="RecoveryCodes">The unused ones.</param>
public sealed record KeptAccount(
    Account Account,
    PasswordRecord? Password,
    IReadOnlyList<TotpAuthenticator> Authenticators,
    NewRecoveryCodes? RecoveryCodes,
    DateTimeOffset? RecoveryCodesMadeAt,
    EnrollmentCodeRecord? EnrollmentCode) : KeptItem
{
    public IReadOnlyList<PasswordToken> PasswordTokens { get; init; } = [];

    public IReadOnlyList<KnownBrowser> Browsers { get; init; } = [];

    public IReadOnlyList<ChallengeFlow> Flows { get; init; } = [];

    public IReadOnlyList<PendingTotp> Pending { get; init; } = [];

    public IReadOnlyList<GatewaySession> Sessions { get; init; } = [];
}

/// <summary>An account that was deleted while the rest was read.</summary>
public sealed record KeptAccountGone(string AccountId) : KeptItem;

public sealed record KeptBucket(KeptAttempts Attempts) : KeptItem;

public sealed record KeptCodeRequest(CodeRequest Request, IReadOnlyList<IssuedCode> Codes) : KeptItem;

public sealed record KeptMail(MailRecord Mail) : KeptItem;

public sealed record KeptSuccession(Succession Succession) : KeptItem;

public sealed record KeptAuditEntries(IReadOnlyList<ChainedAuditEntry> Entries) : KeptItem;

/// <summary>The last item: what is there without it is a part.</summary>
public sealed record KeptAuditHead(AuditHead Head) : KeptItem;

/// <summary>A file of the key ring, in backups: without it nothing that is encrypted can be read.</summary>
/// <param name="Name">Without a directory.</param>
public sealed record KeptKeyFile(string Name, byte[] Content) : KeptItem;
