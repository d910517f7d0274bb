using System.Text;
using Dapper;
using MfaGateway.Core.Auditing;

namespace MfaGateway.Storage.Sql;

/// <summary>A filter as a condition with its arguments. What people typed goes into arguments alone.</summary>
internal static class AuditQuery
{
    public static (string Sql, DynamicParameters Arguments) Of(AuditFilter filter, long? before, int count)
    {
        var sql = new StringBuilder(AuditRow.Selected).Append(" WHERE sequence < @Before");
        var arguments = new DynamicParameters();
        arguments.Add("Before", before ?? long.MaxValue);
        arguments.Add("Count", (long)count);
        foreach (var (condition, name, value) in Conditions(filter))
        {
            if (value is null)
                continue;
            sql.Append(" AND ").Append(condition);
            arguments.Add(name, value);
        }

        return (sql.Append(" ORDER BY sequence DESC LIMIT @Count").ToString(), arguments);
    }

    private static IEnumerable<(string Condition, string Name, object? Value)> Conditions(AuditFilter filter) =>
    [
        ("account_id = @AccountId", nameof(filter.AccountId), filter.AccountId),
        ("actor = @Actor", nameof(filter.Actor), filter.Actor),
        ("client_address = @ClientAddress", nameof(filter.ClientAddress), filter.ClientAddress),
        Event(filter.Event),
        ("succeeded = @Succeeded", nameof(filter.Succeeded), filter.Succeeded is { } succeeded ? Columns.FromFlag(succeeded) : null),
        ("at >= @From", nameof(filter.From), Columns.FromTime(filter.From)),
        ("at < @Until", nameof(filter.Until), Columns.FromTime(filter.Until)),
    ];

    // The beginning of a name is compared as such: LIKE would give "_" and "%" a meaning, and case differs between engines.
    private static (string, string, object?) Event(string? name) => name is not null && name.EndsWith('.')
        ? ("substr(event, 1, length(@Event)) = @Event", nameof(AuditFilter.Event), name)
        : ("event = @Event", nameof(AuditFilter.Event), name);
}
