namespace MfaGateway.Core.Storage;

/// <summary>
/// The store could not read or persist: disk full, read-only, database gone, lock not had in 5 s.
/// Nothing was decided; the caller answers 503 with <c>Retry-After</c> and lets nobody in.
/// </summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException()
    {
    }

    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether another process has it open, on an engine that one process alone may have open: a command has it for a moment.</summary>
    public bool IsHeld { get; init; }
}
