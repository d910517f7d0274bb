using System.Runtime.CompilerServices;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.Totp;

namespace MfaGateway.Core.Storage.Copies;

/// <summary>
/// Reads all that a store keeps, in the order in which it can be written again, while others go on using it. Slices let them pass; accounts that
/// changed meanwhile, which the audit log tells, are read again, so that what is read in the end is of one moment.
/// </summary>
/// <param name="extent">How much of it.</param>
public sealed class StoreReading(Transactions transactions, CopyExtent extent)
{
    private const int Slice = 200;

    /// <exception cref="StoreUnavailableException">The store can't be read.</exception>
    /// <exception cref="StoreRefusedException">It has no head of its audit chain.</exception>
    public async IAsyncEnumerable<KeptItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var head = await ReadHeadAsync(cancellationToken);
        await foreach (var item in ReadCommonAsync(cancellationToken))
            yield return item;
        await foreach (var account in ReadAccountsAsync(cancellationToken))
            yield return account;

        // Every change of an account is recorded in its own commit.
        for (var seen = head; ; seen = head)
        {
            head = await ReadHeadAsync(cancellationToken);
            var changed = await ListChangedAsync(seen.LastSequence, head.LastSequence, cancellationToken);
            if (changed.Count == 0)
                break;
            foreach (var id in changed)
                yield return await ReadAccountAsync(id, cancellationToken);
        }

        await foreach (var item in ReadSlicesAsync(
            (records, after) => records.Attempts.ListAllAsync(after, Slice), kept => kept.Key, kept => new KeptBucket(kept), cancellationToken))
            yield return item;
        if (extent == CopyExtent.Everything)
        {
            await foreach (var item in ReadPassingAsync(cancellationToken))
                yield return item;
        }

        await foreach (var entries in ReadAuditAsync(head, cancellationToken))
            yield return entries;
        yield return new KeptAuditHead(head);
    }

    private async Task<AuditHead> ReadHeadAsync(CancellationToken cancellationToken) =>
        await transactions.ReadAsync(records => records.Audit.FindHeadAsync(), cancellationToken)
            ?? throw new StoreRefusedException("The store has lost the head of its audit chain. Restore a backup.");

    private async IAsyncEnumerable<KeptItem> ReadCommonAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (name, value) in (await transactions.ReadAsync(records => records.Facts.ListAsync(), cancellationToken)).OrderBy(fact => fact.Key, StringComparer.Ordinal))
            yield return new KeptFact(name, value);
        foreach (var row in await transactions.ReadAsync(records => records.Applications.ListSecretsAsync(), cancellationToken))
            yield return new KeptApplicationSecret(row);
        foreach (var (id, settings) in await transactions.ReadAsync(records => records.Applications.ListSettingsAsync(), cancellationToken))
            yield return new KeptApplicationSettings(id, settings);
        foreach (var row in await transactions.ReadAsync(records => records.SigningKeys.ListAsync(), cancellationToken))
            yield return new KeptSigningKey(row);
        await foreach (var item in ReadSlicesAsync(
            (records, after) => records.DeletedAccounts.ListAllAsync(after, Slice), account => account.Id, account => new KeptDeletedAccount(account), cancellationToken))
            yield return item;
    }

    private async IAsyncEnumerable<KeptItem> ReadAccountsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var place = AccountPlace.Start; ;)
        {
            var page = await transactions.ReadAsync(
                records => records.AccountSearch.FindPageAsync(new AccountFilter(), [], place, Slice, DateTimeOffset.MinValue), cancellationToken);
            foreach (var listed in page.Accounts)
                yield return await ReadAccountAsync(listed.Account.Id, cancellationToken);
            if (!page.HasLater || page.Accounts.Count == 0)
                yield break;
            place = AccountPlace.After(UserNames.Fold(page.Accounts[^1].Account.UserName));
        }
    }

    private Task<KeptItem> ReadAccountAsync(string id, CancellationToken cancellationToken) => transactions.ReadAsync(
        async records => await records.Accounts.FindAsync(id) is not { } account
            ? new KeptAccountGone(id)
            : await WithPassingAsync(records, await ReadLastingAsync(records, account)),
        cancellationToken);

    private static async Task<KeptAccount> ReadLastingAsync(IStoreRead records, Account account) => new(
        account,
        await records.Passwords.FindAsync(account.Id),
        [.. (await records.Totp.ListAsync(account.Id)).OrderBy(one => one.Id, StringComparer.Ordinal)],
        await records.RecoveryCodes.FindUnusedAsync(account.Id),
        (await records.RecoveryCodes.FindSetAsync(account.Id))?.MadeAt,
        await records.EnrollmentCodes.FindAsync(account.Id));

    private async Task<KeptItem> WithPassingAsync(IStoreRead records, KeptAccount kept)
    {
        if (extent != CopyExtent.Everything)
            return kept;

        var id = kept.Account.Id;
        // In one order whatever the engine's is, so that two copies compare.
        IReadOnlyList<ChallengeFlow> flows = [.. (await records.Flows.ListAsync(id)).OrderBy(flow => flow.Id, StringComparer.Ordinal)];
        var pending = new List<PendingTotp>();
        foreach (var flow in flows)
        {
            if (await records.PendingTotp.FindAsync(flow.Id) is { } one)
                pending.Add(one);
        }

        return kept with
        {
            PasswordTokens = await records.PasswordTokens.ListAsync(id),
            Browsers = [.. (await records.KnownBrowsers.ListAsync(id)).OrderBy(browser => browser.Id, StringComparer.Ordinal)],
            Flows = flows,
            Pending = pending,
            Sessions = [.. (await records.Sessions.ListAsync(id)).OrderBy(session => session.Id, StringComparer.Ordinal)],
        };
    }

    private async Task<IReadOnlyList<string>> ListChangedAsync(long after, long upTo, CancellationToken cancellationToken)
    {
        var changed = new SortedSet<string>(StringComparer.Ordinal);
        while (after < upTo)
        {
            var entries = await transactions.ReadAsync(records => records.Audit.ReadChainAsync(after, Slice), cancellationToken);
            if (entries.Count == 0)
                break;
            changed.UnionWith(entries.Select(entry => entry.Recorded.Entry.AccountId).OfType<string>());
            after = entries[^1].Recorded.Sequence;
        }

        return [.. changed];
    }

    private async IAsyncEnumerable<KeptItem> ReadPassingAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var request in ReadSlicesAsync(
            (records, after) => records.CodeRequests.ListAllAsync(after, Slice), request => request.Id, request => request, cancellationToken))
        {
            var codes = await transactions.ReadAsync(records => records.IssuedCodes.ListAsync(request.Id), cancellationToken);
            yield return new KeptCodeRequest(request, codes);
        }

        await foreach (var item in ReadSlicesAsync(
            (records, after) => records.Mail.ListAllAsync(after, Slice), record => record.Mail.Id, record => new KeptMail(record), cancellationToken))
            yield return item;
        await foreach (var item in ReadSlicesAsync(
            (records, after) => records.Sessions.ListSuccessionsAsync(after, Slice), one => one.EndedId, one => new KeptSuccession(one), cancellationToken))
            yield return item;
    }

    private async IAsyncEnumerable<KeptItem> ReadAuditAsync(AuditHead head, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = head.FirstSequence - 1; after < head.LastSequence;)
        {
            var entries = await transactions.ReadAsync(records => records.Audit.ReadChainAsync(after, Slice), cancellationToken);
            var within = entries.TakeWhile(entry => entry.Recorded.Sequence <= head.LastSequence).ToList();
            if (within.Count == 0)
                yield break; // the chain says so to whoever verifies it
            yield return new KeptAuditEntries(within);
            after = within[^1].Recorded.Sequence;
        }
    }

    private async IAsyncEnumerable<TItem> ReadSlicesAsync<TRecord, TItem>(
        Func<IStoreRead, string, Task<IReadOnlyList<TRecord>>> list, Func<TRecord, string> keyOf, Func<TRecord, TItem> itemOf,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = string.Empty; ;)
        {
            var slice = await transactions.ReadAsync(records => list(records, after), cancellationToken);
            foreach (var record in slice)
                yield return itemOf(record);
            if (slice.Count < Slice)
                yield break;
            after = keyOf(slice[^1]);
        }
    }
}

/// <summary>How much of a store is read.</summary>
public enum CopyExtent
{
    /// <summary>What a backup holds: what is not over in a day. No session, flow, link, mail or waiting code.</summary>
    Lasting,

    /// <summary>All of it, for another engine that takes its place.</summary>
    Everything,
}
