namespace MfaGateway.Proxying;

/// <summary>An upstream's answer can't be passed on. The message holds nothing of the answer, and no inner exception does.</summary>
public sealed class UnusableAnswerException : HttpRequestException
{
    public UnusableAnswerException()
        : this("The answer can't be used.")
    {
    }

    public UnusableAnswerException(string message)
        : base(HttpRequestError.InvalidResponse, message)
    {
    }

    public UnusableAnswerException(string message, Exception? innerException)
        : base(HttpRequestError.InvalidResponse, message, innerException)
    {
    }
}
