namespace MfaGateway.Storage.LiteDb.Pages;

/// <summary>
/// Who may touch an engine: the thread that made this object, and no other, until it is revoked. LiteDB 5.0.21 has open
/// faults wherever two threads use it at once, so that one thread alone is a condition of correctness and is checked at each
/// page and at each member of a unit. Revoking cuts a failed engine off its files before it is disposed.
/// </summary>
internal sealed class EngineAccess
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private bool _revoked;

    /// <exception cref="InvalidOperationException">The call comes from another thread.</exception>
    /// <exception cref="IOException">The engine has failed and is being disposed.</exception>
    public void Check()
    {
        if (Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException("The store's engine was used by a thread other than its own.");
        if (_revoked)
            throw new IOException("The store's engine has failed and may not touch its files.");
    }

    public void Revoke() => _revoked = true;
}
