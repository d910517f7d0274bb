using MfaGateway.Core.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MfaGateway.Health;

/// <summary>Whether the store persists, found out by writing to it.</summary>
internal sealed class StoreProbe : IHealthCheck
{
    private readonly StoreLifecycle _store;
    private readonly TimeProvider _time;
    private readonly ILogger<StoreProbe> _logger;
    private readonly SharedProbe _probe;

    public StoreProbe(StoreLifecycle store, TimeProvider time, ILogger<StoreProbe> logger)
    {
        (_store, _time, _logger) = (store, time, logger);
        _probe = new SharedProbe(ProbeAsync);
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await _probe.AskAsync() ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();

    private async Task<bool> ProbeAsync()
    {
        try
        {
            await _store.ProbeAsync(_time.GetUtcNow(), CancellationToken.None);
            return true;
        }
        catch (Exception fault) when (fault is StoreUnavailableException or StoreRefusedException)
        {
            Log.NotReady(_logger, fault);
            return false;
        }
    }
}
