namespace MfaGateway.Core.Factors.Passwords;

/// <summary>
/// The slow part of passwords, done off the request threads with a bounded queue in which networks take turns.
/// A seam, so that this assembly needs no ASP.NET; the program fills it with the framework's hasher.
/// </summary>
public interface IPasswordHashing
{
    /// <param name="from">Who waits for it.</param>
    /// <param name="cancellationToken">Ends the waiting. What has begun is finished.</param>
    /// <exception cref="PasswordHashingBusyException">The queue is full, or the requester's part of it.</exception>
    /// <exception cref="PasswordHashingAbandonedException">Cancelled before its turn.</exception>
    Task<string> HashAsync(string password, HashingRequester from, CancellationToken cancellationToken);

    /// <summary>Compares. With no hash to compare to it spends the same work and answers <see cref="PasswordMatch.Wrong"/>.</summary>
    /// <param name="from">As for hashing.</param>
    /// <param name="cancellationToken">As for hashing.</param>
    /// <exception cref="PasswordHashingBusyException">As for hashing.</exception>
    /// <exception cref="PasswordHashingAbandonedException">Cancelled before its turn: nothing was compared.</exception>
    Task<PasswordMatch> VerifyAsync(string? hash, string password, HashingRequester from, CancellationToken cancellationToken);
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
