namespace MfaGateway.Health;

/// <summary>Notes the time in the store at the start and every few seconds, also without sign-ins, and looks whether it runs back.</summary>
internal sealed class ClockWatch(ClockProbe probe, TimeProvider timeProvider) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Looks once before anything is served.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await probe.LookAsync();
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, timeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await probe.LookAsync();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }
}
