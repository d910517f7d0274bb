namespace MfaGateway.Core.Factors.Passwords;

/// <summary>
/// The slow part of passwords, done off the request threads with a bounded queue in which addresses take turns.
/// A seam, so that this assembly needs no ASP.NET; the program fills it with the framework's hasher.
/// </summary>
public interface IPasswordHashing
{
    /// <exception cref="PasswordHashingBusyException">The queue is full.</exception>
    /// <param name="clientAddress">Who waits for it: addresses take turns. Null for the program itself.</param>
    Task<string> HashAsync(string password, string? clientAddress, CancellationToken cancellationToken);

    /// <summary>Compares. With no hash to compare to it spends the same work for nobody and answers <see cref="PasswordMatch.Wrong"/>.</summary>
    /// <param name="clientAddress">As for hashing.</param>
    /// <exception cref="PasswordHashingBusyException">The queue is full, or the address's part of it.</exception>
    Task<PasswordMatch> VerifyAsync(string? hash, string password, string? clientAddress, CancellationToken cancellationToken);
}

public enum PasswordMatch
{
    Wrong,
    Right,

    /// <summary>Right, and the hash was made with weaker settings than today's.</summary>
    RightButWeaklyHashed,
}

/// <summary>More passwords are waiting to be hashed than the queue takes; the caller answers 503 with <c>Retry-After</c>.</summary>
public sealed class PasswordHashingBusyException : Exception
{
    public PasswordHashingBusyException()
        : base("Too many passwords are being checked at once.")
    {
    }

    public PasswordHashingBusyException(string message)
        : base(message)
    {
    }

    public PasswordHashingBusyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
