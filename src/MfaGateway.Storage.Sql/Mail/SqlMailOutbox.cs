using MfaGateway.Core.Mail;

namespace MfaGateway.Storage.Sql;

public sealed class SqlMailOutbox : IMailOutbox
{
    private readonly SqlDatabase _database;

    internal SqlMailOutbox(SqlDatabase database) => _database = database;

    public Task EnqueueAsync(IReadOnlyList<OutboxMail> mails, CancellationToken cancellationToken) =>
        _database.WriteAsync(scope => EnqueueAsync(scope, mails), cancellationToken);

    public async Task<LeasedMail?> TakeAsync(DateTimeOffset now, DateTimeOffset leaseEndsAt, CancellationToken cancellationToken)
    {
        // Asked every few seconds, and hardly ever is there anything: no write for that.
        var anyDue = await _database.ReadAsync(
            scope => scope.ScalarAsync<long>(
                "SELECT COUNT(*) FROM (SELECT id FROM mail_outbox WHERE due_at <= @Now LIMIT 1) AS one",
                new { Now = Columns.FromTime(now) }),
            cancellationToken);
        return anyDue == 0
            ? null
            : await _database.WriteAsync(scope => TakeAsync(scope, Columns.FromTime(now), leaseEndsAt), cancellationToken);
    }

    public Task<bool> CompleteAsync(LeasedMail mail, CancellationToken cancellationToken) =>
        ChangeLeasedAsync("DELETE FROM mail_outbox", mail, time: null, cancellationToken);

    public Task<bool> PostponeAsync(LeasedMail mail, DateTimeOffset dueAt, CancellationToken cancellationToken) =>
        ChangeLeasedAsync("UPDATE mail_outbox SET due_at = @Time", mail, dueAt, cancellationToken);

    public Task<bool> GiveUpAsync(LeasedMail mail, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeLeasedAsync(
            "UPDATE mail_outbox SET due_at = NULL, protected_content = @Nothing, expires_at = @Time",
            mail, now + IMailOutbox.GivenUpKeptFor, cancellationToken);

    public Task<UndeliveredMail> CountUndeliveredAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync(
            async scope => new UndeliveredMail(
                await scope.ScalarAsync<long>("SELECT COUNT(*) FROM mail_outbox WHERE due_at IS NOT NULL"),
                await scope.ScalarAsync<long>("SELECT COUNT(*) FROM mail_outbox WHERE due_at IS NULL")),
            cancellationToken);

    /// <summary>Keeps mails in the transaction of what they tell.</summary>
    /// <returns>How many.</returns>
    internal static async Task<int> EnqueueAsync(SqlScope scope, IReadOnlyList<OutboxMail> mails)
    {
        foreach (var mail in mails)
        {
            await scope.ExecuteAsync(
                """
                INSERT INTO mail_outbox (id, account_id, kind, protected_content, queued_at, due_at)
                VALUES (@Id, @AccountId, @Kind, @ProtectedContent, @QueuedAt, @QueuedAt)
                """,
                new { mail.Id, mail.AccountId, mail.Kind, mail.ProtectedContent, QueuedAt = Columns.FromTime(mail.QueuedAt) });
        }

        return mails.Count;
    }

    private static async Task<LeasedMail?> TakeAsync(SqlScope scope, long now, DateTimeOffset leaseEndsAt)
    {
        // A row that another node is taking at this moment is passed over, and one of a moment ago is not due any more.
        var due = await scope.FindAsync<MailRow>(
            $"""
            SELECT id AS Id, account_id AS AccountId, kind AS Kind, protected_content AS ProtectedContent,
              queued_at AS QueuedAt, attempts AS Attempts
            FROM mail_outbox WHERE due_at <= @Now ORDER BY due_at, id LIMIT 1{scope.Dialect.LockFreeRows}
            """,
            new { Now = now });
        if (due is null)
            return null;

        await scope.ExecuteAsync(
            "UPDATE mail_outbox SET attempts = attempts + 1, due_at = @LeaseEndsAt WHERE id = @Id",
            new { due.Id, LeaseEndsAt = Columns.FromTime(leaseEndsAt) });
        return due.ToLease(leaseEndsAt);
    }

    private Task<bool> ChangeLeasedAsync(string change, LeasedMail mail, DateTimeOffset? time, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async scope => await scope.ExecuteAsync(
                $"{change} WHERE id = @Id AND attempts = @Attempt AND due_at IS NOT NULL",
                new { mail.Mail.Id, Attempt = (long)mail.Attempt, Time = Columns.FromTime(time), Nothing = Array.Empty<byte>() }) == 1,
            cancellationToken);

    private sealed record MailRow(string Id, string AccountId, string Kind, byte[] ProtectedContent, long QueuedAt, long Attempts)
    {
        public LeasedMail ToLease(DateTimeOffset leaseEndsAt) => new(
            new OutboxMail(Id, AccountId, Kind, ProtectedContent, Columns.ToTime(QueuedAt)), (int)Attempts + 1, leaseEndsAt);
    }
}
