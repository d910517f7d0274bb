using LiteDB;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Work;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbMailRecords(LiteDbScope scope) : IMailRecords
{
    public Task AddAsync(OutboxMail mail) => scope.WriteAsync(unit => unit.Add(
        Collections.Mail, MailFields.From(new MailRecord(mail, Attempts: 0, mail.DueAt ?? mail.QueuedAt, Failure: null, ExpiresAt: null))));

    public Task<MailRecord?> FindAsync(string id) =>
        scope.ReadAsync(unit => unit.Find(Collections.Mail, id) is { } found ? MailFields.To(found) : null);

    public Task<bool> AnyDueAsync(DateTimeOffset now) => scope.ReadAsync(unit =>
        unit.Any(Collections.Mail, Fields.Due, MailFields.DueUntil(now, hasEnd: true))
        || unit.Any(Collections.Mail, Fields.Due, MailFields.DueUntil(now, hasEnd: false)));

    public Task<MailRecord?> FindDueAsync(DateTimeOffset now) => scope.ReadAsync(unit =>
        ReadDue(unit, now, hasEnd: true).FirstOrDefault(mail => !IsLate(mail, now)) ?? ReadDue(unit, now, hasEnd: false).FirstOrDefault());

    public Task<IReadOnlyList<MailRecord>> ListLateAsync(DateTimeOffset now) => scope.ReadAsync<IReadOnlyList<MailRecord>>(unit =>
        [.. ReadDue(unit, now, hasEnd: true).Where(mail => IsLate(mail, now)).OrderBy(mail => mail.Mail.Id, StringComparer.Ordinal)]);

    public Task<IReadOnlyList<MailRecord>> ListFailedAsync(DateTimeOffset dueAfter) => scope.ReadAsync<IReadOnlyList<MailRecord>>(unit =>
        [.. ReadAll(unit).Where(mail => IsDueAfter(mail, dueAfter) && mail.Failure is not null)]);

    public Task<IReadOnlyList<MailRecord>> ListUntouchedAsync(string accountId, string kind, DateTimeOffset dueAfter) =>
        scope.ReadAsync<IReadOnlyList<MailRecord>>(unit =>
        [
            .. unit.ReadOwned(Collections.Mail, accountId).Select(MailFields.To)
                .Where(mail => mail.Mail.Kind == kind && mail.Attempts == 0 && IsDueAfter(mail, dueAfter)),
        ]);

    public Task<bool> TryUpdateAsync(MailRecord wanted, int attempts) => scope.WriteAsync(unit =>
    {
        if (FindWaiting(unit, wanted.Mail.Id, attempts) is not { } kept)
            return false;
        unit.Put(Collections.Mail, MailFields.From(wanted with { Mail = kept.Mail with { ProtectedContent = wanted.Mail.ProtectedContent } }));
        return true;
    });

    public Task<bool> TryDeleteAsync(string id, int attempts) => scope.WriteAsync(unit =>
    {
        if (FindWaiting(unit, id, attempts) is null)
            return false;
        unit.Delete(Collections.Mail, id);
        return true;
    });

    public Task DeleteAllAsync(string accountId) =>
        scope.WriteAsync(unit => unit.DeleteAll(Collections.Mail, unit.ReadOwned(Collections.Mail, accountId)));

    public async Task<UndeliveredMail> CountAsync()
    {
        var (waiting, givenUp) = (0L, 0L);
        await foreach (var one in scope.WalkAsync(Collections.Mail, Fields.Id, KeyRange.All))
        {
            if (one.IsSet(Fields.Due))
                waiting++;
            else
                givenUp++;
        }

        return new UndeliveredMail(waiting, givenUp);
    }

    public async Task<IReadOnlyList<FailedMail>> ListAsync(FailedMailPlace? after, int count)
    {
        // Seldom asked, of few: an index of their order would cost every mail.
        var failed = new List<MailRecord>();
        await foreach (var one in scope.WalkAsync(Collections.Mail, Fields.Id, KeyRange.All))
        {
            if ((!one.IsSet(Fields.Due) || one.IsSet(Fields.Fault)) && MailFields.IsBehind(one, after))
                failed.Add(MailFields.To(one));
        }

        return
        [
            .. failed.OrderByDescending(one => one.Mail.QueuedAt).ThenBy(one => one.Mail.Id, StringComparer.Ordinal).Take(count)
                .Select(one => new FailedMail(
                    one.Mail.Id, one.Mail.AccountId, one.Mail.Kind, one.Mail.QueuedAt, one.Attempts, one.DueAt, one.Failure)),
        ];
    }

    public async Task<bool> AnyFailedAsync(IReadOnlyList<MailFault> except, DateTimeOffset givenUpSince)
    {
        await foreach (var one in scope.WalkAsync(Collections.Mail, Fields.Id, KeyRange.All))
        {
            if (one.TextOrNull(Fields.Fault) is { } fault && !except.Any(known => known.ToString() == fault)
                && (one.IsSet(Fields.Due) || one.Long(Fields.Failed) >= givenUpSince.ToUnixTimeMilliseconds()))
            {
                return true;
            }
        }

        return false;
    }

    public Task<IReadOnlyList<MailRecord>> ListAllAsync(string after, int count) => scope.ReadAsync<IReadOnlyList<MailRecord>>(unit =>
        [.. unit.Read(Collections.Mail, Fields.Id, KeyRange.Above(after), count).Select(MailFields.To)]);

    private static MailRecord? FindWaiting(UnitOfWork unit, string id, int attempts) =>
        unit.Find(Collections.Mail, id) is { } found && MailFields.To(found) is { DueAt: not null } kept && kept.Attempts == attempts ? kept : null;

    private static IEnumerable<MailRecord> ReadDue(UnitOfWork unit, DateTimeOffset now, bool hasEnd) =>
        unit.ReadAll(Collections.Mail, Fields.Due, MailFields.DueUntil(now, hasEnd)).Select(MailFields.To);

    private static IEnumerable<MailRecord> ReadAll(UnitOfWork unit) =>
        unit.ReadAll(Collections.Mail, Fields.Id, KeyRange.All).Select(MailFields.To);

    // Times are compared as they are kept, in milliseconds.
    private static bool IsLate(MailRecord mail, DateTimeOffset now) =>
        mail.Mail.DeliverBy?.ToUnixTimeMilliseconds() <= now.ToUnixTimeMilliseconds();

    private static bool IsDueAfter(MailRecord mail, DateTimeOffset time) =>
        mail.DueAt?.ToUnixTimeMilliseconds() > time.ToUnixTimeMilliseconds();
}
