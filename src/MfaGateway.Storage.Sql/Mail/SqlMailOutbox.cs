using MfaGateway.Core.Auditing;
using MfaGateway.Core.Mail;

namespace MfaGateway.Storage.Sql;

public sealed class SqlMailOutbox : IMailOutbox, IFailedMails
{
    private readonly SqlDatabase _database;

    internal SqlMailOutbox(SqlDatabase database) => _database = database;

    public Task EnqueueAsync(IReadOnlyList<OutboxMail> mails, CancellationToken cancellationToken) =>
        _database.WriteAsync(scope => EnqueueAsync(scope, mails), cancellationToken);

    public async Task<LeasedMail?> TakeAsync(DateTimeOffset now, DateTimeOffset leaseEndsAt, CancellationToken cancellationToken)
    {
        // Asked every few seconds, and hardly ever is there anything: no write for that.
        return await AnyAsync("due_at <= @Now", now, cancellationToken)
            ? await _database.WriteAsync(scope => TakeAsync(scope, Columns.FromTime(now), leaseEndsAt), cancellationToken)
            : null;
    }

    public Task<bool> CompleteAsync(LeasedMail mail, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope => await scope.ExecuteAsync(
                "DELETE FROM mail_outbox WHERE id = @Id AND attempts = @Attempt AND due_at IS NOT NULL", KeyOf(mail)) == 1,
            cancellationToken);

    public Task<bool> PostponeAsync(LeasedMail mail, DateTimeOffset dueAt, MailFailure? failure, CancellationToken cancellationToken)
    {
        var due = mail.Mail.DeliverBy is { } end && end < dueAt ? end : dueAt;
        return _database.WriteAsync(scope => PostponeAsync(scope, mail, due, failure), cancellationToken);
    }

    public Task<bool> GiveUpAsync(LeasedMail mail, MailFailure failure, CancellationToken cancellationToken) =>
        _database.WriteAsync(scope => GiveUpAsync(scope, mail, failure), cancellationToken);

    public async Task<int> DropLateAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // As in TakeAsync: mostly there is nothing.
        return await AnyAsync("due_at <= @Now AND deliver_by <= @Now", now, cancellationToken)
            ? await _database.WriteAsync(scope => DropLateAsync(scope, now), cancellationToken)
            : 0;
    }

    public Task<UndeliveredMail> CountUndeliveredAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => new UndeliveredMail(
                await scope.ScalarAsync<long>("SELECT COUNT(*) FROM mail_outbox WHERE due_at IS NOT NULL"),
                await scope.ScalarAsync<long>("SELECT COUNT(*) FROM mail_outbox WHERE due_at IS NULL")),
            cancellationToken);

    public Task<IReadOnlyList<FailedMail>> ListAsync(FailedMailPlace? after, int most, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<FailedMail>>(
            async scope => [.. (await scope.ListAsync<FailedRow>(
                $"""
                SELECT id AS Id, account_id AS AccountId, kind AS Kind, queued_at AS QueuedAt, attempts AS Attempts, due_at AS DueAt,
                  fault AS Fault, status AS Status, failed_at AS FailedAt
                FROM mail_outbox
                WHERE (due_at IS NULL OR fault IS NOT NULL)
                {(after is null ? "" : "AND (queued_at < @QueuedAt OR (queued_at = @QueuedAt AND id > @Id))")}
                ORDER BY queued_at DESC, id LIMIT @Most
                """,
                new { Most = most, QueuedAt = Columns.FromTime(after?.QueuedAt), after?.Id })).Select(row => row.ToFailed())],
            cancellationToken);

    public Task<bool> AnyBlockedAsync(DateTimeOffset givenUpSince, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => await scope.ScalarAsync<long>(
                """
                SELECT COUNT(*) FROM (
                  SELECT id FROM mail_outbox
                  WHERE fault NOT IN (@Refused, @Expired) AND (due_at IS NOT NULL OR failed_at >= @Since) LIMIT 1) AS one
                """,
                new
                {
                    Since = Columns.FromTime(givenUpSince),
                    Refused = nameof(MailFault.RecipientRefused),
                    Expired = nameof(MailFault.Expired),
                }) == 1,
            cancellationToken);

    public Task<int> RetryAllAsync(DateTimeOffset now, DateTimeOffset dueAfter, AuditEntry entry, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope =>
            {
                var changed = await scope.ExecuteAsync(
                    $"""
                    UPDATE mail_outbox SET due_at = @Now WHERE id IN (
                      SELECT id FROM mail_outbox WHERE due_at > @DueAfter AND fault IS NOT NULL{scope.Dialect.LockFreeRows})
                    """,
                    new { Now = Columns.FromTime(now), DueAfter = Columns.FromTime(dueAfter) });
                if (changed > 0)
                    await scope.RecordAsync(entry);
                return changed;
            },
            cancellationToken);

    /// <summary>Keeps mails in the transaction of what they tell.</summary>
    /// <returns>How many.</returns>
    internal static async Task<int> EnqueueAsync(SqlScope scope, IReadOnlyList<OutboxMail> mails)
    {
        foreach (var mail in mails)
        {
            if (mail.ReplacesWaiting)
                await DropWaitingAsync(scope, mail);
            await scope.ExecuteAsync(
                """
                INSERT INTO mail_outbox (id, account_id, kind, protected_content, queued_at, due_at, deliver_by)
                VALUES (@Id, @AccountId, @Kind, @ProtectedContent, @QueuedAt, @DueAt, @DeliverBy)
                """,
                new
                {
                    mail.Id,
                    mail.AccountId,
                    mail.Kind,
                    mail.ProtectedContent,
                    QueuedAt = Columns.FromTime(mail.QueuedAt),
                    DueAt = Columns.FromTime(mail.DueAt ?? mail.QueuedAt),
                    DeliverBy = Columns.FromTime(mail.DeliverBy),
                });
        }

        return mails.Count;
    }

    /// <summary>Drops every mail about an account, waiting or given up, in the transaction that deletes the account.</summary>
    internal static Task DropAllOfAsync(SqlScope scope, string accountId) =>
        scope.ExecuteAsync("DELETE FROM mail_outbox WHERE account_id = @AccountId", new { AccountId = accountId });

    /// <summary>Those that were not taken yet, and that are not due at the moment at which the new one is kept.</summary>
    private static Task DropWaitingAsync(SqlScope scope, OutboxMail mail) => scope.ExecuteAsync(
        "DELETE FROM mail_outbox WHERE account_id = @AccountId AND kind = @Kind AND attempts = 0 AND due_at > @QueuedAt",
        new { mail.AccountId, mail.Kind, QueuedAt = Columns.FromTime(mail.QueuedAt) });

    private Task<bool> AnyAsync(string condition, DateTimeOffset now, CancellationToken cancellationToken) => _database.ReadAsync(
        async scope => await scope.ScalarAsync<long>(
            $"SELECT COUNT(*) FROM (SELECT id FROM mail_outbox WHERE {condition} LIMIT 1) AS one", new { Now = Columns.FromTime(now) }) == 1,
        cancellationToken);

    private static async Task<LeasedMail?> TakeAsync(SqlScope scope, long now, DateTimeOffset leaseEndsAt)
    {
        // A row that another node is taking at this moment is passed over, and one of a moment ago is not due any more. Mails that are of
        // use for minutes only come before the others, and not after that.
        var due = await scope.FindAsync<MailRow>(
            $"""
            SELECT id AS Id, account_id AS AccountId, kind AS Kind, protected_content AS ProtectedContent,
              queued_at AS QueuedAt, attempts AS Attempts, deliver_by AS DeliverBy
            FROM mail_outbox WHERE due_at <= @Now AND (deliver_by IS NULL OR deliver_by > @Now)
            ORDER BY deliver_by IS NULL, due_at, id LIMIT 1{scope.Dialect.LockFreeRows}
            """,
            new { Now = now });
        if (due is null)
            return null;

        await scope.ExecuteAsync(
            "UPDATE mail_outbox SET attempts = attempts + 1, due_at = @LeaseEndsAt WHERE id = @Id",
            new { due.Id, LeaseEndsAt = Columns.FromTime(leaseEndsAt) });
        return due.ToLease(leaseEndsAt);
    }

    private static async Task<bool> PostponeAsync(SqlScope scope, LeasedMail mail, DateTimeOffset dueAt, MailFailure? failure)
    {
        var changed = await scope.ExecuteAsync(
            "UPDATE mail_outbox SET due_at = @DueAt WHERE id = @Id AND attempts = @Attempt AND due_at IS NOT NULL",
            new { mail.Mail.Id, Attempt = (long)mail.Attempt, DueAt = Columns.FromTime(dueAt) });
        if (changed == 1 && failure is not null)
            await NoteAsync(scope, mail.Mail.Id, failure);
        return changed == 1;
    }

    private static async Task<bool> GiveUpAsync(SqlScope scope, LeasedMail mail, MailFailure failure)
    {
        var changed = await scope.ExecuteAsync(
            """
            UPDATE mail_outbox SET due_at = NULL, protected_content = @Nothing, expires_at = @ExpiresAt
            WHERE id = @Id AND attempts = @Attempt AND due_at IS NOT NULL
            """,
            new
            {
                mail.Mail.Id,
                Attempt = (long)mail.Attempt,
                ExpiresAt = Columns.FromTime(failure.At + IMailOutbox.GivenUpKeptFor),
                Nothing = Array.Empty<byte>(),
            });
        if (changed == 1)
            await NoteAsync(scope, mail.Mail.Id, failure);
        return changed == 1;
    }

    private static async Task<int> DropLateAsync(SqlScope scope, DateTimeOffset now)
    {
        // One that somebody has in hand is not due: its lease has to end first.
        var dropped = await scope.ListAsync<IdRow>(
            $"""
            UPDATE mail_outbox SET due_at = NULL, protected_content = @Nothing, expires_at = @ExpiresAt WHERE id IN (
              SELECT id FROM mail_outbox WHERE due_at <= @Now AND deliver_by <= @Now{scope.Dialect.LockFreeRows})
            RETURNING id AS Id
            """,
            new { Now = Columns.FromTime(now), ExpiresAt = Columns.FromTime(now + IMailOutbox.GivenUpKeptFor), Nothing = Array.Empty<byte>() });
        foreach (var mail in dropped)
            await NoteAsync(scope, mail.Id, new(MailFault.Expired, Status: null, now));
        return dropped.Count;
    }

    private static Task<int> NoteAsync(SqlScope scope, string mailId, MailFailure failure) => scope.ExecuteAsync(
        "UPDATE mail_outbox SET fault = @Fault, status = @Status, failed_at = @FailedAt WHERE id = @Id",
        new { Id = mailId, Fault = failure.Fault.ToString(), Status = (long?)failure.Status, FailedAt = Columns.FromTime(failure.At) });

    private static object KeyOf(LeasedMail mail) => new { mail.Mail.Id, Attempt = (long)mail.Attempt };

    private sealed record IdRow(string Id);

    private sealed record MailRow(
        string Id, string AccountId, string Kind, byte[] ProtectedContent, long QueuedAt, long Attempts, long? DeliverBy)
    {
        public LeasedMail ToLease(DateTimeOffset leaseEndsAt) => new(
            new OutboxMail(Id, AccountId, Kind, ProtectedContent, Columns.ToTime(QueuedAt)) { DeliverBy = Columns.ToTime(DeliverBy) },
            (int)Attempts + 1,
            leaseEndsAt);
    }

    private sealed record FailedRow(
        string Id, string AccountId, string Kind, long QueuedAt, long Attempts, long? DueAt, string? Fault, long? Status, long? FailedAt)
    {
        public FailedMail ToFailed() => new(
            Id, AccountId, Kind, Columns.ToTime(QueuedAt), (int)Attempts, Columns.ToTime(DueAt), Failure);

        // A fault that a newer program wrote is some fault.
        private MailFailure? Failure => FailedAt is { } at
            ? new(Enum.TryParse<MailFault>(Fault, out var known) ? known : MailFault.Other, (int?)Status, Columns.ToTime(at))
            : null;
    }
}
