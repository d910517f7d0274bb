using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Memory;

internal sealed class MemoryMailRecords(MemoryScope scope) : IMailRecords
{
    public Task AddAsync(OutboxMail mail) => scope.Write(state => state.Mails = state.Mails.With(
        mail.Id,
        new MailRecord(mail with { DueAt = null, ReplacesWaiting = false }, Attempts: 0, mail.DueAt ?? mail.QueuedAt, Failure: null, ExpiresAt: null)));

    public Task<MailRecord?> FindAsync(string id) => scope.Read(state => state.Mails.GetValueOrDefault(id));

    public Task<bool> AnyDueAsync(DateTimeOffset now) => scope.Read(state => ListDue(state, now).Any());

    public Task<MailRecord?> FindDueAsync(DateTimeOffset now) => scope.Read(state => ListDue(state, now)
        .Where(mail => !IsLate(mail, now))
        .OrderBy(mail => mail.Mail.DeliverBy is null).ThenBy(mail => mail.DueAt).ThenBy(mail => mail.Mail.Id, StringComparer.Ordinal)
        .FirstOrDefault());

    public Task<IReadOnlyList<MailRecord>> ListLateAsync(DateTimeOffset now) =>
        scope.Read<IReadOnlyList<MailRecord>>(state => [.. ListDue(state, now).Where(mail => IsLate(mail, now))]);

    public Task<IReadOnlyList<MailRecord>> ListFailedAsync(DateTimeOffset dueAfter) => scope.Read<IReadOnlyList<MailRecord>>(state =>
        [.. state.Mails.Values.Where(mail => mail.DueAt > dueAfter && mail.Failure is not null)]);

    public Task<IReadOnlyList<MailRecord>> ListUntouchedAsync(string accountId, string kind, DateTimeOffset dueAfter) =>
        scope.Read<IReadOnlyList<MailRecord>>(state =>
        [
            .. state.Mails.Values
                .Where(mail => mail.Mail.AccountId == accountId && mail.Mail.Kind == kind && mail.Attempts == 0 && mail.DueAt > dueAfter),
        ]);

    public Task<bool> TryUpdateAsync(MailRecord wanted, int attempts) => scope.Write(state =>
    {
        if (FindWaiting(state, wanted.Mail.Id, attempts) is not { } kept)
            return false;
        state.Mails = state.Mails.SetItem(
            kept.Mail.Id, wanted with { Mail = kept.Mail with { ProtectedContent = wanted.Mail.ProtectedContent } });
        return true;
    });

    public Task<bool> TryDeleteAsync(string id, int attempts) => scope.Write(state =>
    {
        if (FindWaiting(state, id, attempts) is null)
            return false;
        state.Mails = state.Mails.Remove(id);
        return true;
    });

    public Task DeleteAllAsync(string accountId) => scope.Write(state => state.Mails = state.Mails.RemoveRange(
        state.Mails.Values.Where(mail => mail.Mail.AccountId == accountId).Select(mail => mail.Mail.Id)));

    public Task<UndeliveredMail> CountAsync() => scope.Read(state => new UndeliveredMail(
        state.Mails.Values.LongCount(mail => mail.DueAt is not null), state.Mails.Values.LongCount(mail => mail.DueAt is null)));

    public Task<IReadOnlyList<FailedMail>> ListAsync(FailedMailPlace? after, int count) => scope.Read<IReadOnlyList<FailedMail>>(state =>
    [
        .. state.Mails.Values
            .Where(mail => (mail.DueAt is null || mail.Failure is not null) && IsBehind(mail.Mail, after))
            .OrderByDescending(mail => mail.Mail.QueuedAt).ThenBy(mail => mail.Mail.Id, StringComparer.Ordinal).Take(count)
            .Select(mail => new FailedMail(
                mail.Mail.Id, mail.Mail.AccountId, mail.Mail.Kind, mail.Mail.QueuedAt, mail.Attempts, mail.DueAt, mail.Failure)),
    ]);

    public Task<bool> AnyFailedAsync(IReadOnlyList<MailFault> except, DateTimeOffset givenUpSince) => scope.Read(state =>
        state.Mails.Values.Any(mail => mail.Failure is { } failure && !except.Contains(failure.Fault)
            && (mail.DueAt is not null || failure.At >= givenUpSince)));

    public Task<IReadOnlyList<MailRecord>> ListAllAsync(string after, int count) => scope.Read(state => state.Mails.Behind(after, count));

    private static IEnumerable<MailRecord> ListDue(MemoryState state, DateTimeOffset now) => state.Mails.Values.Where(mail => mail.DueAt <= now);

    private static bool IsLate(MailRecord mail, DateTimeOffset now) => mail.Mail.DeliverBy <= now;

    private static bool IsBehind(OutboxMail mail, FailedMailPlace? place) =>
        place is null || mail.QueuedAt < place.QueuedAt || (mail.QueuedAt == place.QueuedAt && string.CompareOrdinal(mail.Id, place.Id) > 0);

    private static MailRecord? FindWaiting(MemoryState state, string id, int attempts) =>
        state.Mails.GetValueOrDefault(id) is { DueAt: not null } kept && kept.Attempts == attempts ? kept : null;
}
