using MfaGateway.Sessions;

namespace MfaGateway.OpenRequests;

/// <summary>
/// Has the open requests gone through four times a second, and at once when this process has changed something. The
/// store is asked only while there are any.
/// </summary>
/// <remarks>By the machine's clock, as in <see cref="ChangeWatch"/>: what is over by the product's time is found at the next round.</remarks>
internal sealed class OpenRequestWatch : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly OpenRequestReview _review;
    private readonly ChangeWatch _watch;
    private readonly ILogger<OpenRequestWatch> _logger;
    private readonly SemaphoreSlim _changed = new(0);

    public OpenRequestWatch(OpenRequestReview review, ChangeWatch watch, ILogger<OpenRequestWatch> logger)
    {
        _review = review;
        _watch = watch;
        _logger = logger;
        watch.Invalidated += Wake;
    }

    public override void Dispose()
    {
        _watch.Invalidated -= Wake;
        _changed.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _changed.WaitAsync(Interval, stoppingToken);
                await RunAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends, and with it every request.
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await _review.RunAsync();
        }
        catch (Exception fault)
        {
            // Whatever it is: without this loop nothing would be cut any more.
            Log.RoundFailed(_logger, fault);
        }
    }

    private void Wake(object? sender, EventArgs arguments)
    {
        // Several changes make one round; two that meet here make one more, which does no harm.
        if (_changed.CurrentCount == 0)
            _changed.Release();
    }
}
