namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>A clock whose timers fire when the test says so.</summary>
internal sealed class TickTimeProvider : TimeProvider
{
    private Action? _ticked;

    public void Tick() => _ticked?.Invoke();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(this, () => callback(state));

    private sealed class Timer : ITimer
    {
        private readonly TickTimeProvider _provider;
        private readonly Action _callback;

        public Timer(TickTimeProvider provider, Action callback)
        {
            (_provider, _callback) = (provider, callback);
            _provider._ticked += _callback;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => _provider._ticked -= _callback;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
