using MfaGateway.Core.Storage;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Health;

/// <summary>Whether this machine's clock can be relied on, and the alarm when it can't.</summary>
internal sealed class ClockProbe
{
    private static readonly TimeSpan AlarmEvery = TimeSpan.FromMinutes(1);

    private readonly ClockGuard _guard;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<ClockProbe> _logger;
    private readonly SharedProbe _probe;
    private long? _alarmedAtTick;

    public ClockProbe(ClockGuard guard, TimeProvider timeProvider, ILogger<ClockProbe> logger)
    {
        (_guard, _timeProvider, _logger) = (guard, timeProvider, logger);
        _probe = new SharedProbe(ProbeAsync);
    }

    /// <summary>One sentence while it can't; null while it can.</summary>
    public string? Detail { get; private set; }

    public Task<bool> IsRightAsync() => _probe.AskAsync();

    private async Task<bool> ProbeAsync()
    {
        try
        {
            Conclude(await _guard.ObserveAsync(_timeProvider.GetUtcNow(), CancellationToken.None));
        }
        catch (Exception exception) when (exception is StoreUnavailableException or StoreRefusedException)
        {
            // The report says of the store itself that it is out; of the clock nothing new is known.
        }

        return Detail is null;
    }

    private void Conclude(TimeSpan? behind)
    {
        Detail = behind is { } by ? ClockGuard.Describe(by) : null;
        if (Detail is null)
        {
            if (_alarmedAtTick is not null)
                Log.ClockRight(_logger);
            _alarmedAtTick = null;
            return;
        }

        // The machine's tick count: the clock itself is what is wrong.
        if (_alarmedAtTick is { } last && Environment.TickCount64 - last < AlarmEvery.TotalMilliseconds)
            return;
        _alarmedAtTick = Environment.TickCount64;
        Log.ClockBehind(_logger, Detail);
    }
}
