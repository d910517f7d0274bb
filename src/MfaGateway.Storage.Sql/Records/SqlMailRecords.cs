using Dapper;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlMailRecords(SqlScope scope) : IMailRecords
{
    private const string Selected =
        """
        SELECT id AS Id, account_id AS AccountId, kind AS Kind, protected_content AS ProtectedContent, queued_at AS QueuedAt, due_at AS DueAt,
          attempts AS Attempts, expires_at AS ExpiresAt, deliver_by AS DeliverBy, fault AS Fault, status AS Status, failed_at AS FailedAt
        FROM mail_outbox
        """;

    public Task AddAsync(OutboxMail mail) => scope.ExecuteAsync(
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

    public async Task<MailRecord?> FindAsync(string id) =>
        (await scope.FindAsync<Row>($"{Selected} WHERE id = @Id", new { Id = id }))?.ToRecord();

    public async Task<bool> AnyDueAsync(DateTimeOffset now) =>
        await scope.ScalarAsync<long>(
            "SELECT COUNT(*) FROM (SELECT id FROM mail_outbox WHERE due_at <= @Now LIMIT 1) AS one", new { Now = Columns.FromTime(now) }) == 1;

    public async Task<MailRecord?> FindDueAsync(DateTimeOffset now) =>
        (await scope.FindAsync<Row>(
            $"""
            {Selected} WHERE due_at <= @Now AND COALESCE(deliver_by > @Now, true)
            ORDER BY deliver_by IS NULL, due_at, id LIMIT 1{scope.Dialect.LockFreeRows}
            """,
            new { Now = Columns.FromTime(now) }))?.ToRecord();

    public Task<IReadOnlyList<MailRecord>> ListLateAsync(DateTimeOffset now) =>
        ListFreeAsync("due_at <= @Now AND deliver_by <= @Now", new { Now = Columns.FromTime(now) });

    public Task<IReadOnlyList<MailRecord>> ListFailedAsync(DateTimeOffset dueAfter) =>
        ListFreeAsync("due_at > @DueAfter AND fault IS NOT NULL", new { DueAfter = Columns.FromTime(dueAfter) });

    public Task<IReadOnlyList<MailRecord>> ListUntouchedAsync(string accountId, string kind, DateTimeOffset dueAfter) => ListFreeAsync(
        "account_id = @AccountId AND kind = @Kind AND attempts = 0 AND due_at > @DueAfter",
        new { AccountId = accountId, Kind = kind, DueAfter = Columns.FromTime(dueAfter) });

    public async Task<bool> TryUpdateAsync(MailRecord wanted, int attempts) =>
        await scope.ExecuteAsync(
            """
            UPDATE mail_outbox SET protected_content = @ProtectedContent, due_at = @DueAt, attempts = @Attempts, expires_at = @ExpiresAt,
              fault = @Fault, status = @Status, failed_at = @FailedAt
            WHERE id = @Id AND attempts = @Seen AND due_at IS NOT NULL
            """,
            new
            {
                wanted.Mail.Id,
                wanted.Mail.ProtectedContent,
                DueAt = Columns.FromTime(wanted.DueAt),
                Attempts = (long)wanted.Attempts,
                ExpiresAt = Columns.FromTime(wanted.ExpiresAt),
                Fault = wanted.Failure?.Fault.ToString(),
                Status = (long?)wanted.Failure?.Status,
                FailedAt = Columns.FromTime(wanted.Failure?.At),
                Seen = (long)attempts,
            }) == 1;

    public async Task<bool> TryDeleteAsync(string id, int attempts) =>
        await scope.ExecuteAsync(
            "DELETE FROM mail_outbox WHERE id = @Id AND attempts = @Attempts AND due_at IS NOT NULL", new { Id = id, Attempts = (long)attempts }) == 1;

    public Task DeleteAllAsync(string accountId) =>
        scope.ExecuteAsync("DELETE FROM mail_outbox WHERE account_id = @AccountId", new { AccountId = accountId });

    public async Task<UndeliveredMail> CountAsync() => new(
        await scope.ScalarAsync<long>("SELECT COUNT(*) FROM mail_outbox WHERE due_at IS NOT NULL"),
        await scope.ScalarAsync<long>("SELECT COUNT(*) FROM mail_outbox WHERE due_at IS NULL"));

    public async Task<IReadOnlyList<FailedMail>> ListAsync(FailedMailPlace? after, int count) =>
    [
        .. (await scope.ListAsync<Row>(
            $"""
            {Selected} WHERE (due_at IS NULL OR fault IS NOT NULL)
            {(after is null ? "" : "AND (queued_at < @QueuedAt OR (queued_at = @QueuedAt AND id > @Id))")}
            ORDER BY queued_at DESC, id LIMIT @Count
            """,
            new { Count = (long)count, QueuedAt = Columns.FromTime(after?.QueuedAt), after?.Id })).Select(row => row.ToFailed()),
    ];

    public async Task<bool> AnyFailedAsync(IReadOnlyList<MailFault> except, DateTimeOffset givenUpSince)
    {
        var arguments = new DynamicParameters(new { Since = Columns.FromTime(givenUpSince) });
        foreach (var (number, fault) in except.Index())
            arguments.Add(NameOf(number), fault.ToString());
        var names = string.Join(", ", except.Index().Select(fault => "@" + NameOf(fault.Index)));
        return await scope.ScalarAsync<long>(
            $"""
            SELECT COUNT(*) FROM (SELECT id FROM mail_outbox
              WHERE fault IS NOT NULL AND fault NOT IN ({names}) AND (due_at IS NOT NULL OR failed_at >= @Since) LIMIT 1) AS one
            """,
            arguments) == 1;
    }

    public async Task<IReadOnlyList<MailRecord>> ListAllAsync(string after, int count) =>
    [
        .. (await scope.ListAsync<Row>(
            $"{Selected} WHERE id > @After ORDER BY id LIMIT @Count", new { After = after, Count = (long)count })).Select(row => row.ToRecord()),
    ];

    private static string NameOf(int number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Except{number}");

    /// <summary>Those that no other transaction holds.</summary>
    private async Task<IReadOnlyList<MailRecord>> ListFreeAsync(string condition, object arguments) =>
        [.. (await scope.ListAsync<Row>($"{Selected} WHERE {condition} ORDER BY id{scope.Dialect.LockFreeRows}", arguments)).Select(row => row.ToRecord())];

    private sealed record Row(
        string Id, string AccountId, string Kind, byte[] ProtectedContent, long QueuedAt, long? DueAt, long Attempts, long? ExpiresAt,
        long? DeliverBy, string? Fault, long? Status, long? FailedAt)
    {
        public MailRecord ToRecord() => new(
            new OutboxMail(Id, AccountId, Kind, ProtectedContent, Columns.ToTime(QueuedAt)) { DeliverBy = Columns.ToTime(DeliverBy) },
            (int)Attempts, Columns.ToTime(DueAt), Failure, Columns.ToTime(ExpiresAt));

        public FailedMail ToFailed() => new(
            Id, AccountId, Kind, Columns.ToTime(QueuedAt), (int)Attempts, Columns.ToTime(DueAt), Failure);

        // A fault that a newer program wrote is some fault.
        private MailFailure? Failure => FailedAt is { } at
            ? new(Enum.TryParse<MailFault>(Fault, out var known) ? known : MailFault.Other, (int?)Status, Columns.ToTime(at))
            : null;
    }
}
