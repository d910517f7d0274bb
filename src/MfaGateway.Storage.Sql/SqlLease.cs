using System.Data.Common;

namespace MfaGateway.Storage.Sql;

/// <summary>A connection for one piece of work; disposing gives it back.</summary>
internal sealed class SqlLease(DbConnection connection, Func<SqlLease, ValueTask> giveBack) : IAsyncDisposable
{
    public DbConnection Connection { get; } = connection;

    /// <summary>The work failed, so the state of the connection is not known and it is not used again.</summary>
    public bool IsSpoilt { get; set; }

    public ValueTask DisposeAsync() => giveBack(this);
}
