using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage;

namespace MfaGateway.Access;

/// <summary>Keeps <see cref="ApplicationCodes"/> as administrators set them, on other nodes and by commands, too.</summary>
internal sealed class ApplicationCodesRefresh(ApplicationCodes codes, MagicCodeOptions options, TimeProvider timeProvider) : BackgroundService
{
    /// <summary>How long a change that was made elsewhere may be unknown here.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Enabled)
            return;

        using var timer = new PeriodicTimer(Every, timeProvider);
        try
        {
            do
            {
                await TryRefreshAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
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
            await codes.RefreshAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or StoreRefusedException)
        {
            // Without the store no one signs in, and no setting changes; others log the outage.
        }
    }
}
