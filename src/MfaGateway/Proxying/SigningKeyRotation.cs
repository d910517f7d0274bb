namespace MfaGateway.Proxying;

/// <summary>Reads the signing keys at start, and again every minute so that all nodes change keys together.</summary>
internal sealed class SigningKeyRotation(SigningKeyRing ring, TimeProvider clock, ILogger<SigningKeyRotation> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // Without readable keys no statement can be made: the start fails rather than every request.
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ring.RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryRefreshAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }

    private async Task TryRefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ring.RefreshAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The keys read before stay good for a day after their successors take over; it is tried again in a minute.
            Log.RefreshFailed(logger, failure);
        }
    }
}
