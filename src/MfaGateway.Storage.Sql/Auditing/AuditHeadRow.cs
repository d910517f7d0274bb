using MfaGateway.Core.Auditing;

namespace MfaGateway.Storage.Sql;

/// <summary>The head of the audit chain as it stands in its table.</summary>
internal sealed record AuditHeadRow(long FirstSequence, byte[] MacBefore, long LastSequence, byte[] LastMac, byte[]? Seal)
{
    private const string Selected =
        """
        SELECT first_sequence AS FirstSequence, mac_before AS MacBefore, last_sequence AS LastSequence, last_mac AS LastMac, seal AS Seal
        FROM audit_chain WHERE id = 1
        """;

    public static async Task<AuditHead?> ReadAsync(SqlScope scope) => ToHead(await scope.FindAsync<AuditHeadRow>(Selected));

    /// <summary>The same, and nobody else appends until this transaction is over.</summary>
    public static async Task<AuditHead?> LockAsync(SqlScope scope) =>
        ToHead(await scope.FindAsync<AuditHeadRow>(Selected + scope.Dialect.LockRows));

    public static Task WriteAsync(SqlScope scope, AuditHead head) => scope.ExecuteAsync(
        """
        INSERT INTO audit_chain (id, first_sequence, mac_before, last_sequence, last_mac, seal)
        VALUES (1, @FirstSequence, @MacBefore, @LastSequence, @LastMac, @Seal)
        ON CONFLICT (id) DO UPDATE SET first_sequence = excluded.first_sequence, mac_before = excluded.mac_before,
          last_sequence = excluded.last_sequence, last_mac = excluded.last_mac, seal = excluded.seal
        """,
        new AuditHeadRow(head.FirstSequence, head.MacBefore, head.LastSequence, head.LastMac, head.Seal));

    private static AuditHead? ToHead(AuditHeadRow? row) =>
        row is null ? null : new AuditHead(row.FirstSequence, row.MacBefore, row.LastSequence, row.LastMac, row.Seal);
}
