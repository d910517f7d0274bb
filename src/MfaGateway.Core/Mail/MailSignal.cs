namespace MfaGateway.Core.Mail;

/// <summary>Tells the delivery of this process that there is something to deliver, so that it need not wait for its next look.</summary>
public sealed class MailSignal : IDisposable
{
    private readonly SemaphoreSlim _raised = new(initialCount: 0, maxCount: 1);
    private readonly Lock _gate = new();

    /// <summary>Remembered until somebody waits.</summary>
    public void Raise()
    {
        lock (_gate)
        {
            if (_raised.CurrentCount == 0)
                _raised.Release();
        }
    }

    /// <summary>Returns when it is raised, or after <paramref name="longest"/>.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) => _raised.WaitAsync(longest, cancellationToken);

    public void Dispose() => _raised.Dispose();
}
