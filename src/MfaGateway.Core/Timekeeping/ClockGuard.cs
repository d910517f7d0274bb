using System.Globalization;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Timekeeping;

/// <summary>
/// Holds the clock against the latest time that any node has seen. Only the store's mark counts: a process that remembered a
/// time of its own could not be corrected without a restart.
/// </summary>
public sealed class ClockGuard(ClockStore store)
{
    /// <summary>How far the clock is behind; null while it can be relied on.</summary>
    /// <exception cref="StoreUnavailableException">The mark can't be read.</exception>
    public async Task<TimeSpan?> FindBehindAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await store.FindMarkAsync(cancellationToken) is { } mark ? ClockRules.Behind(mark, now) : null;

    /// <summary>Notes the time, in steps, and says how far it is behind; null while it can be relied on.</summary>
    /// <exception cref="StoreUnavailableException">The mark can't be read.</exception>
    public async Task<TimeSpan?> ObserveAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var mark = await store.FindMarkAsync(cancellationToken);
        if (mark is { } latest && ClockRules.Behind(latest, now) is { } behind)
            return behind;

        if (mark is null || now - mark >= ClockRules.MarkStep)
            await store.RaiseMarkAsync(now, cancellationToken);
        return null;
    }

    /// <summary>Before anything that is only as good as the clock: a code, or a link that was mailed.</summary>
    /// <exception cref="ClockBehindException">The clock can't be relied on.</exception>
    /// <exception cref="StoreUnavailableException">The mark can't be read.</exception>
    public async Task EnsureAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await ObserveAsync(now, cancellationToken) is { } behind)
            throw new ClockBehindException(Describe(behind));
    }

    /// <summary>One sentence for logs and for operators of the gateway.</summary>
    public static string Describe(TimeSpan behind) => string.Create(
        CultureInfo.InvariantCulture,
        $"The clock is {Math.Floor(behind.TotalSeconds)} s behind the latest time that a gateway on this store has seen.");
}
