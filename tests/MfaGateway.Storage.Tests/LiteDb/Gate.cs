namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>Holds a thread inside a call until the test opens.</summary>
internal sealed class Gate : IDisposable
{
    private readonly ManualResetEventSlim _open = new();
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Complete when a thread waits inside.</summary>
    public Task Entered => _entered.Task;

    public void WaitInside()
    {
        _entered.TrySetResult();
        _open.Wait();
    }

    public void Open() => _open.Set();

    public void Dispose() => _open.Dispose();
}
