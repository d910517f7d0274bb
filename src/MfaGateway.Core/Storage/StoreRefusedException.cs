namespace MfaGateway.Core.Storage;

/// <summary>
/// The store must not be served from: it is torn, newer than this program, another one than before, or empty
/// where there was one. The message says what was found, where, and what to do; the program ends with it.
/// </summary>
public sealed class StoreRefusedException : Exception
{
    public StoreRefusedException()
    {
    }

    public StoreRefusedException(string message)
        : base(message)
    {
    }

    public StoreRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
