using MfaGateway.Core.Auditing;

namespace MfaGateway.Storage.Sql;

/// <summary>An entry as it stands in its table.</summary>
internal sealed record AuditRow(
    long Sequence, long At, string Event, string? AccountId, string? Actor, string? ClientAddress, long Succeeded, string? Detail, byte[]? Mac)
{
    /// <summary>Begins a SELECT of them.</summary>
    public const string Selected =
        """
        SELECT sequence AS Sequence, at AS At, event AS Event, account_id AS AccountId, actor AS Actor,
          client_address AS ClientAddress, succeeded AS Succeeded, detail AS Detail, mac AS Mac
        FROM audit_log
        """;

    public static AuditRow From(RecordedAuditEntry recorded, byte[] mac)
    {
        var entry = recorded.Entry;
        return new AuditRow(
            recorded.Sequence, Columns.FromTime(entry.At), entry.Event, entry.AccountId, entry.Actor, entry.ClientAddress,
            Columns.FromFlag(entry.Succeeded), entry.Detail, mac);
    }

    public RecordedAuditEntry ToEntry() => new(
        Sequence, new AuditEntry(Columns.ToTime(At), Event, AccountId, Actor, ClientAddress, Succeeded != 0, Detail));

    public ChainedAuditEntry ToChained() => new(ToEntry(), Mac);
}
