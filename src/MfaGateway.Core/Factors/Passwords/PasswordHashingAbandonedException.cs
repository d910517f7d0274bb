namespace MfaGateway.Core.Factors.Passwords;

/// <summary>The client hung up while its password waited to be hashed. Nothing was compared.</summary>
public sealed class PasswordHashingAbandonedException : OperationCanceledException
{
    public PasswordHashingAbandonedException()
        : base("The client left before its password was checked.")
    {
    }

    public PasswordHashingAbandonedException(string message)
        : base(message)
    {
    }

    public PasswordHashingAbandonedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
