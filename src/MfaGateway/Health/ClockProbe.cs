using MfaGateway.Core.Storage;
using MfaGateway.Core.Timekeeping;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MfaGateway.Health;

/// <summary>Whether this machine's clock can be relied on, and the alarm when it can't.</summary>
internal sealed class ClockProbe : IHealthCheck
{
    private static readonly TimeSpan AlarmEvery = TimeSpan.FromMinutes(1);

    private readonly ClockGuard _guard;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<ClockProbe> _logger;
    private readonly SharedProbe _probe;
    private long? _alarmedAtTick;
    private volatile string? _detail; // one sentence while it can't be relied on; null while it can

    public ClockProbe(ClockGuard guard, TimeProvider timeProvider, ILogger<ClockProbe> logger)
    {
        (_guard, _timeProvider, _logger) = (guard, timeProvider, logger);
        _probe = new SharedProbe(ProbeAsync);
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await _probe.AskAsync() ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(_detail);

    /// <summary>Looks, and raises the alarm.</summary>
    public Task LookAsync() => _probe.AskAsync();

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

        return _detail is null;
    }

    private void Conclude(TimeSpan? behind)
    {
        _detail = behind is { } by ? ClockGuard.Describe(by) : null;
        if (_detail is null)
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
        Log.ClockBehind(_logger, _detail);
    }
}
