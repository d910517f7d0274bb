using MfaGateway.Core.Storage;

namespace MfaGateway.Health;

/// <summary>Deletes what has expired, every minute, so that abandoned flows and old sessions do not pile up.</summary>
internal sealed class StoreSweep(StoreLifecycle store, TimeProvider time, ILogger<StoreSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await SweepAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.DeleteExpiredAsync(time.GetUtcNow(), cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Whatever it is, requests find out for themselves: a fault here must not end the whole program.
            Log.SweepFailed(logger, fault);
        }
    }
}
