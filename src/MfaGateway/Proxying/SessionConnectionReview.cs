using MfaGateway.Core.Sessions;
using MfaGateway.Sessions;

namespace MfaGateway.Proxying;

/// <summary>
/// Closes the upstream connections of sessions that have ended: within a second, and at once where this process has ended
/// one. The store is asked only while there are any.
/// </summary>
internal sealed class SessionConnectionReview : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly SessionConnections _connections;
    private readonly ChangeWatch _watch;
    private readonly SessionCache _cache;
    private readonly GatewaySessionOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<SessionConnectionReview> _logger;
    private readonly SemaphoreSlim _changed = new(0);

    public SessionConnectionReview(
        SessionConnections connections, ChangeWatch watch, SessionCache cache, GatewaySessionOptions options, TimeProvider timeProvider, ILogger<SessionConnectionReview> logger)
    {
        (_connections, _watch, _cache, _options, _timeProvider, _logger) = (connections, watch, cache, options, timeProvider, logger);
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
                if (!_connections.IsEmpty)
                    await RunAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends, and with it every connection.
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _watch.CatchUpAsync();
            foreach (var session in _connections.Sessions)
            {
                if (!await IsLiveAsync(session, stoppingToken))
                    _connections.CloseAll(session.Session.Id);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // No request passes without its session, so an idle connection may wait for the next round.
            Log.ConnectionsNotReviewed(_logger, exception);
        }
    }

    private async Task<bool> IsLiveAsync(LiveSession known, CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow();
        var key = SessionKey.From(known.Session.TokenHash);
        var session = known.IsOutdated ? await _cache.FindAsync(key, cancellationToken) : known;
        // Idle as far as this process knows; the person may have been busy on another node.
        if (session is not null && !SessionRules.IsLive(session.Session, session.LastSeenAt, now, _options))
            session = await _cache.ReadAgainAsync(key, cancellationToken);
        return session is not null && SessionRules.IsLive(session.Session, session.LastSeenAt, now, _options);
    }

    private void Wake(object? sender, EventArgs arguments)
    {
        // Several changes make one round; two that meet here make one more, which does no harm.
        if (_changed.CurrentCount == 0)
            _changed.Release();
    }
}
