using MfaGateway.Core.Accounts;

namespace MfaGateway.Storage.Sql;

internal static class ChangeTraces
{
    /// <summary>Keeps what tells of a change. After everything else but the change mark: see the order of locks in README.md.</summary>
    public static async Task KeepAsync(SqlScope scope, ChangeTrace trace)
    {
        await SqlMailOutbox.EnqueueAsync(scope, trace.Mails);
        await scope.RecordAsync(trace.Entry);
    }
}
