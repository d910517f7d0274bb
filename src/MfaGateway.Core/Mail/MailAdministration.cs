using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;

namespace MfaGateway.Core.Mail;

/// <summary>What could not be delivered, for administrators: to whom and why, never what it says.</summary>
public sealed class MailAdministration(
    MailOutbox outbox, AccountStore accounts, MailSignal signal, DeliveryLease lease, TimeProvider time)
{
    /// <summary>The latest kept first.</summary>
    /// <param name="after">A place in the list; null for its beginning.</param>
    public async Task<FailedMailPage> ReadAsync(FailedMailPlace? after, int count, CancellationToken cancellationToken)
    {
        var mails = await outbox.ListAsync(after, count + 1, cancellationToken);
        var shown = mails.Take(count).ToList();
        var people = new Dictionary<string, Account>(StringComparer.Ordinal);
        foreach (var id in shown.Select(mail => mail.AccountId).Distinct(StringComparer.Ordinal))
        {
            if (await accounts.FindAsync(id, cancellationToken) is { } account)
                people[id] = account;
        }

        return new FailedMailPage(
            shown, people, await outbox.CountUndeliveredAsync(cancellationToken), mails.Count > count ? FailedMailPlace.Of(shown[^1]) : null);
    }

    /// <summary>
    /// Has all tried again now that wait for their next attempt, which counts as one. What is due within <see cref="DeliveryLease.Longest"/>
    /// comes by itself. What was given up can't be: what it said is erased.
    /// </summary>
    /// <returns>How many.</returns>
    public async Task<int> RetryAllAsync(Actor actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var entry = new AuditEntry(now, AuditEvents.MailRetried, AccountId: null, actor.Name, actor.ClientAddress, Succeeded: true, Detail: null);
        var count = await outbox.RetryAllAsync(now, now + lease.Longest, entry, cancellationToken);
        signal.Raise();
        return count;
    }
}

/// <param name="People">Whom the mails are about, by id. Who has no account (any more) is not among them.</param>
/// <param name="Count">All mails, on whatever page.</param>
/// <param name="Older">The place from which the next page goes on; null on the last.</param>
public sealed record FailedMailPage(
    IReadOnlyList<FailedMail> Mails, IReadOnlyDictionary<string, Account> People, UndeliveredMail Count, FailedMailPlace? Older);
