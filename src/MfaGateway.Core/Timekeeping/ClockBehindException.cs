namespace MfaGateway.Core.Timekeeping;

/// <summary>
/// This machine's clock is behind the latest time that was seen: codes and links of the past would pass again, so none is
/// looked at. The caller answers 503.
/// </summary>
public sealed class ClockBehindException : Exception
{
    public ClockBehindException()
        : base("The clock is behind the latest time that was seen.")
    {
    }

    public ClockBehindException(string message)
        : base(message)
    {
    }

    public ClockBehindException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
