using System.Buffers.Binary;
using System.Security.Cryptography;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Core.Accounts;

/// <summary>Keeps accounts and finds them by the names that people know.</summary>
public sealed class AccountStore(Transactions transactions)
{
    /// <summary>The hash of the first-run token, and the end of its time as unix milliseconds.</summary>
    internal const string SetupToken = "setup-token";

    /// <summary>Adds an account with its password in one transaction.</summary>
    /// <param name="entry">What is recorded of it.</param>
    public Task<AddAccountResult> AddAsync(Account account, string passwordHash, AuditEntry? entry, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction => KeepIfAdded(transaction, await AddByOperatorAsync(transaction, account, passwordHash), entry),
            cancellationToken);

    /// <summary>
    /// Spends the first-run token and adds the first account, in one transaction. Fails with
    /// <see cref="AddAccountResult.NotAllowed"/> when the token is unknown, spent or over, or when an account exists in one of its groups.
    /// </summary>
    public Task<AddAccountResult> AddFirstAsync(
        Account account, string passwordHash, byte[] setupTokenHash, AuditEntry? entry, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                await AccountGate.HoldAsync(transaction);
                var isGood = IsGood(await transaction.Facts.FindHeldAsync(SetupToken), setupTokenHash, now);
                var isSpent = isGood && await transaction.Facts.TryDeleteAsync(SetupToken);
                var result = isSpent && !await AnyInGroupsAsync(transaction, account.Groups)
                    ? await AddAsync(transaction, account, passwordHash)
                    : AddAccountResult.NotAllowed;
                return KeepIfAdded(transaction, result, entry);
            },
            cancellationToken);

    public Task<Account?> FindAsync(string id, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Accounts.FindAsync(id), cancellationToken);

    /// <param name="foldedUserName">The result of <c>UserNames.Fold</c>.</param>
    public Task<Account?> FindByUserNameAsync(string foldedUserName, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Accounts.FindByUserNameAsync(foldedUserName), cancellationToken);

    /// <param name="foldedEmail">The result of <c>EmailAddress.Fold</c>.</param>
    public Task<Account?> FindByEmailAsync(string foldedEmail, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Accounts.FindByEmailAsync(foldedEmail), cancellationToken);

    /// <summary>
    /// Whom a name at the sign-in means: the account with that user name, or else the one with that address. One statement, so that neither
    /// of them, nor neither, takes longer.
    /// </summary>
    /// <param name="name">See <see cref="SignInName"/>.</param>
    public Task<Account?> FindForSignInAsync(SignInName name, CancellationToken cancellationToken) =>
        transactions.ReadAsync(
            async records =>
            {
                // Both in any case, so that it takes as long; user names win.
                var byName = await records.Accounts.FindByUserNameAsync(name.FoldedUserName);
                var byEmail = await records.Accounts.FindByEmailAsync(name.FoldedEmail);
                return byName ?? byEmail;
            },
            cancellationToken);

    /// <summary>The user name that a deleted account had; null for an id that none had.</summary>
    public Task<string?> FindDeletedNameAsync(string id, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.DeletedAccounts.FindNameAsync(id), cancellationToken);

    /// <summary>The id of the account of that name that was deleted last; null where there was none.</summary>
    /// <param name="foldedUserName">The result of <c>UserNames.Fold</c>.</param>
    public Task<string?> FindDeletedIdAsync(string foldedUserName, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.DeletedAccounts.FindIdAsync(foldedUserName), cancellationToken);

    public Task<bool> AnyAsync(CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => records.Accounts.AnyAsync(), cancellationToken);

    /// <summary>
    /// Whether the first administrator can still be made by a link: one was offered, and since then only strangers who registered
    /// themselves have got an account.
    /// </summary>
    public Task<bool> IsSetupOfferedAsync(CancellationToken cancellationToken) =>
        transactions.ReadAsync(async records => await records.Facts.FindAsync(SetupToken) is not null, cancellationToken);

    /// <summary>Whether this is the token of the link that makes the first administrator, and still good. Spends nothing.</summary>
    public Task<bool> IsSetupTokenGoodAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.ReadAsync(async records => IsGood(await records.Facts.FindAsync(SetupToken), tokenHash, now), cancellationToken);

    /// <param name="languages">See <see cref="Account.Languages"/>; null leaves what is known.</param>
    public Task RecordSignInAsync(string id, DateTimeOffset at, string? languages, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => RecordSignInAsync(transaction, id, at, languages), cancellationToken);

    /// <summary>Makes this the only valid first-run token.</summary>
    public Task SetSetupTokenAsync(byte[] tokenHash, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var value = new byte[SHA256.HashSizeInBytes + sizeof(long)];
        tokenHash.CopyTo(value, 0);
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(SHA256.HashSizeInBytes), expiresAt.ToUnixTimeMilliseconds());
        return transactions.WriteAsync(transaction => transaction.Facts.SetAsync(SetupToken, value), cancellationToken);
    }

    /// <summary>Notes a sign-in unless a later one is noted.</summary>
    /// <param name="languages">What mails are written in from now on; null where the browser asked for none.</param>
    internal static async Task RecordSignInAsync(Transaction transaction, string id, DateTimeOffset at, string? languages)
    {
        if (await transaction.FindHeldAccountAsync(id) is not { } account || account.LastSignInAt >= at)
            return;
        await transaction.Accounts.UpdateAsync(account, account with { LastSignInAt = at, Languages = languages ?? account.Languages });
    }

    /// <summary>
    /// Adds an account that an operator makes. Once there is one the first-run token is worth nothing.
    /// </summary>
    /// <param name="passwordHash">Null for an invited account, which chooses its password by the link.</param>
    internal static async Task<AddAccountResult> AddByOperatorAsync(Transaction transaction, Account account, string? passwordHash)
    {
        await AccountGate.HoldAsync(transaction);
        await transaction.Facts.TryDeleteAsync(SetupToken);
        return passwordHash is null ? await AddAsync(transaction, account) : await AddAsync(transaction, account, passwordHash);
    }

    /// <summary>Adds an account without a password. Under the gate.</summary>
    internal static async Task<AddAccountResult> AddAsync(Transaction transaction, Account account)
    {
        if (EmailAddress.Fold(account.Email).Length == 0)
            throw new ArgumentException("Not one plain e-mail address.", nameof(account));
        var clash = await AccountGate.FindNameClashAsync(transaction, account) ?? await AccountGate.FindAddressClashAsync(transaction, account);
        if (clash is { } refused)
            return refused;
        return await transaction.Accounts.TryAddAsync(account)
            ? AddAccountResult.Added
            : throw new InvalidOperationException($"There is an account with the id {account.Id} already.");
    }

    private static async Task<AddAccountResult> AddAsync(Transaction transaction, Account account, string passwordHash)
    {
        var result = await AddAsync(transaction, account);
        if (result == AddAccountResult.Added)
            await transaction.Passwords.SetAsync(account.Id, new PasswordRecord(passwordHash, account.CreatedAt, ByMail: false));
        return result;
    }

    private static AddAccountResult KeepIfAdded(Transaction transaction, AddAccountResult result, AuditEntry? entry)
    {
        if (result == AddAccountResult.Added)
            transaction.Keep(entry);
        else
            transaction.Undo();
        return result;
    }

    /// <summary>Strangers who registered themselves are in no group: they count as no administrator.</summary>
    private static async Task<bool> AnyInGroupsAsync(Transaction transaction, IReadOnlyList<string> groups) =>
        (await transaction.AccountSearch.ListGroupsAsync()).Intersect(groups, StringComparer.Ordinal).Any();

    private static bool IsGood(byte[]? kept, byte[] tokenHash, DateTimeOffset now) =>
        kept is { Length: SHA256.HashSizeInBytes + sizeof(long) }
        && CryptographicOperations.FixedTimeEquals(kept.AsSpan(0, SHA256.HashSizeInBytes), tokenHash)
        && BinaryPrimitives.ReadInt64BigEndian(kept.AsSpan(SHA256.HashSizeInBytes)) > now.ToUnixTimeMilliseconds();
}
