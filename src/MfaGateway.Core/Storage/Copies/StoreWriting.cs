using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Storage.Copies;

/// <summary>Writes items into a store that nothing else uses, as they were read.</summary>
public sealed class StoreWriting(Transactions transactions)
{
    /// <summary>Items of one transaction.</summary>
    public const int Batch = 100;

    /// <exception cref="StoreUnavailableException">The store can't be written.</exception>
    /// <exception cref="StoreRefusedException">An item contradicts what is there.</exception>
    public Task WriteAsync(IReadOnlyList<KeptItem> items, CancellationToken cancellationToken) => transactions.WriteAsync(
        async transaction =>
        {
            foreach (var item in items)
                await WriteAsync(transaction, item);
        },
        cancellationToken);

    private static async Task WriteAsync(Transaction transaction, KeptItem item)
    {
        var isWritten = item switch
        {
            KeptFact fact => await DoneAsync(transaction.Facts.SetAsync(fact.Name, fact.Value)),
            KeptApplicationSecret secret => await transaction.Applications.TryAddSecretAsync(secret.Row),
            KeptApplicationSettings settings => await DoneAsync(transaction.Applications.SetSettingsAsync(settings.ApplicationId, settings.Settings)),
            KeptSigningKey key => await transaction.SigningKeys.TryAddAsync(key.Row),
            KeptDeletedAccount deleted => await DoneAsync(
                transaction.DeletedAccounts.AddAsync(deleted.Account.Id, deleted.Account.UserName, deleted.Account.DeletedAt)),
            KeptAccount account => await TryWriteAsync(transaction, account),
            KeptAccountGone gone => await DoneAsync(transaction.Accounts.DeleteAsync(gone.AccountId)),
            KeptBucket bucket => await DoneAsync(WriteAsync(transaction, bucket)),
            KeptCodeRequest request => await TryWriteAsync(transaction, request),
            KeptMail mail => await TryWriteAsync(transaction, mail),
            KeptSuccession succession => await DoneAsync(WriteAsync(transaction, succession)),
            KeptAuditEntries audit => await TryWriteAsync(transaction, audit),
            KeptAuditHead head => await DoneAsync(transaction.Audit.SetHeadAsync(head.Head)),
            _ => throw new ArgumentOutOfRangeException(nameof(item), item, "Not of the store."),
        };
        if (!isWritten)
            throw new StoreRefusedException($"{item} contradicts what is in the store already: it was not empty.");
    }

    private static async Task<bool> TryWriteAsync(Transaction transaction, KeptAccount kept)
    {
        var id = kept.Account.Id;
        if (await transaction.Accounts.FindAsync(id) is not null)
            await transaction.Accounts.DeleteAsync(id);
        if (!await transaction.Accounts.TryAddAsync(kept.Account))
            return false;
        if (kept.Password is { } password)
            await transaction.Passwords.SetAsync(id, password);
        foreach (var authenticator in kept.Authenticators)
            await transaction.Totp.AddAsync(authenticator);
        if (kept.RecoveryCodes is { } codes)
            await transaction.RecoveryCodes.ReplaceAsync(id, codes, kept.RecoveryCodesMadeAt!.Value);
        if (kept.EnrollmentCode is { } code)
            await transaction.EnrollmentCodes.SetAsync(id, code);
        foreach (var token in kept.PasswordTokens)
            await transaction.PasswordTokens.SetAsync(id, token);
        foreach (var browser in kept.Browsers)
            await transaction.KnownBrowsers.SetAsync(browser);
        foreach (var flow in kept.Flows)
            await transaction.Flows.AddAsync(flow);
        foreach (var pending in kept.Pending)
            await transaction.PendingTotp.TryAddAsync(pending, DateTimeOffset.MinValue);
        foreach (var session in kept.Sessions)
            await transaction.Sessions.AddAsync(session);
        return true;
    }

    private static async Task WriteAsync(Transaction transaction, KeptBucket kept)
    {
        // Where it closes, and for how long, is the configuration's: what is kept is only what was counted.
        var attempts = kept.Attempts;
        var bucket = new AttemptBucket(attempts.Limit, attempts.Key, Limit: 1, TimeSpan.Zero) { AccountId = attempts.AccountId };
        await transaction.Attempts.HoldAsync(bucket);
        await transaction.Attempts.SaveAsync(bucket, attempts.State, attempts.ForgetAt);
    }

    private static async Task<bool> TryWriteAsync(Transaction transaction, KeptCodeRequest kept)
    {
        if (!await transaction.CodeRequests.TryAddAsync(kept.Request))
            return false;
        foreach (var code in kept.Codes)
            await transaction.IssuedCodes.AddAsync(code);
        return true;
    }

    private static async Task<bool> TryWriteAsync(Transaction transaction, KeptMail kept)
    {
        var record = kept.Mail;
        await transaction.Mail.AddAsync(record.Mail with { DueAt = record.DueAt });
        return record is { Attempts: 0, DueAt: not null, Failure: null } || await transaction.Mail.TryUpdateAsync(record, attempts: 0);
    }

    private static async Task WriteAsync(Transaction transaction, KeptSuccession kept)
    {
        // One whose last session is over leads nowhere.
        if (await transaction.Sessions.FindAsync(kept.Succession.SessionId) is { } session)
            await transaction.Sessions.SucceedAsync(kept.Succession.EndedId, session);
    }

    private static async Task<bool> TryWriteAsync(Transaction transaction, KeptAuditEntries audit)
    {
        foreach (var entry in audit.Entries)
        {
            if (entry.Mac is not { } mac || !await transaction.Audit.TryAddAsync(entry.Recorded, mac))
                return false;
        }

        return true;
    }

    private static async Task<bool> DoneAsync(Task writing)
    {
        await writing;
        return true;
    }
}
