using System.Data.Common;
using Dapper;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;

namespace MfaGateway.Storage.Sql;

/// <summary>What a store's statements run in: a connection, and a transaction when they write.</summary>
internal sealed class SqlScope(
    SqlDatabase database, DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken)
{
    public SqlDialect Dialect { get; } = database.Dialect;

    /// <summary>Set by work that decided against what it has written so far.</summary>
    public bool IsUndone { get; private set; }

    /// <summary>Nothing of this transaction will be kept; its result still goes to the caller.</summary>
    public void Undo() => IsUndone = true;

    /// <returns>Rows affected.</returns>
    public Task<int> ExecuteAsync(string sql, object? arguments = null) =>
        connection.ExecuteAsync(Command(sql, arguments));

    /// <returns>The first column of the first row; the type's default when there is no row.</returns>
    public Task<T?> ScalarAsync<T>(string sql, object? arguments = null) =>
        connection.ExecuteScalarAsync<T>(Command(sql, arguments));

    public Task<T?> FindAsync<T>(string sql, object? arguments = null)
        where T : class => connection.QuerySingleOrDefaultAsync<T>(Command(sql, arguments));

    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object? arguments = null)
        where T : class => (await connection.QueryAsync<T>(Command(sql, arguments))).AsList();

    /// <summary>Keeps what tells of a change, in the transaction of the change. Mind the order of locks: only the change mark comes after.</summary>
    public async Task KeepAsync(IReadOnlyList<ChangeTrace> traces)
    {
        foreach (var trace in traces)
            await SqlMailOutbox.EnqueueAsync(this, trace.Mails);
        foreach (var trace in traces)
            await RecordAsync(trace.Entry);
    }

    /// <summary>Whether what cached sessions depend on is changed by this transaction.</summary>
    public bool HasRaisedChangeMark { get; private set; }

    /// <summary>
    /// Writes an audit entry in this transaction: it is there if and only if what it tells is. All that write one meet
    /// at the head of the chain, so it comes after everything else, before the change mark alone.
    /// </summary>
    public Task RecordAsync(AuditEntry entry) => database.Trail.AppendAsync(this, entry);

    /// <summary>The same where there may be nothing to record.</summary>
    public Task RecordIfAnyAsync(AuditEntry? entry) => entry is null ? Task.CompletedTask : RecordAsync(entry);

    /// <summary>
    /// Tells every node that what it cached of this account's sessions is out of date. Last in its transaction: all
    /// writers meet at the mark's row, and who holds it must wait for nobody.
    /// </summary>
    /// <remarks>Marks become visible in their order, without gaps, since the row is held until the transaction ends.</remarks>
    public async Task RaiseChangeMarkAsync(string accountId)
    {
        HasRaisedChangeMark = true;
        var mark = await ScalarAsync<long>("UPDATE change_marks SET mark = mark + 1 WHERE id = 1 RETURNING mark");
        await ExecuteAsync(
            "INSERT INTO account_changes (mark, account_id) VALUES (@Mark, @AccountId)", new { Mark = mark, AccountId = accountId });
    }

    private CommandDefinition Command(string sql, object? arguments) =>
        new(sql, arguments, transaction, cancellationToken: cancellationToken);
}
