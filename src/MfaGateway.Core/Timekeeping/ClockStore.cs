using System.Buffers.Binary;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Timekeeping;

/// <summary>Keeps the latest time that any gateway on this store has seen.</summary>
public sealed class ClockStore(Transactions transactions)
{
    private const string Fact = "clock-mark";

    /// <summary>Null before a gateway has served from this store.</summary>
    public Task<DateTimeOffset?> FindMarkAsync(CancellationToken cancellationToken) =>
        transactions.ReadAsync(async records => Read(await records.Facts.FindAsync(Fact)), cancellationToken);

    /// <summary>Raises the mark to this time where it is a step (<see cref="ClockRules.MarkStep"/>) ahead of it. A later one stays.</summary>
    public Task RaiseMarkAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => RaiseAsync(transaction, now), cancellationToken);

    /// <summary>Sets the mark to this time, also back, and records that in the same transaction.</summary>
    public Task ResetMarkAsync(DateTimeOffset now, AuditEntry entry, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                await transaction.Facts.SetAsync(Fact, Write(now));
                transaction.Keep(entry);
            },
            cancellationToken);

    /// <summary>Raises the mark where the time is a step ahead of it; the transaction takes no other row after this one.</summary>
    internal static async Task RaiseAsync(Transaction transaction, DateTimeOffset now)
    {
        // Looked at without a hold first: in most minutes there is nothing to raise, and no one should wait for that.
        if (!IsDue(Read(await transaction.Facts.FindAsync(Fact)), now))
            return;

        // What is not there can't be held: whoever is not the first to add it looks at what that one has added.
        var held = await transaction.Facts.FindHeldAsync(Fact);
        if (held is null)
        {
            if (await transaction.Facts.TryAddAsync(Fact, Write(now)))
                return;
            held = await transaction.Facts.FindHeldAsync(Fact);
        }

        if (IsDue(Read(held), now))
            await transaction.Facts.SetAsync(Fact, Write(now));
    }

    private static bool IsDue(DateTimeOffset? mark, DateTimeOffset now) => mark is not { } known || now - known >= ClockRules.MarkStep;

    private static byte[] Write(DateTimeOffset time)
    {
        var value = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(value, time.ToUnixTimeMilliseconds());
        return value;
    }

    private static DateTimeOffset? Read(byte[]? value) =>
        value is { Length: sizeof(long) } ? DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(value)) : null;
}
