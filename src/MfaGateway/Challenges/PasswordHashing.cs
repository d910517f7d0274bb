using System.Collections.Concurrent;
using MfaGateway.Configuration;
using MfaGateway.Core.Factors.Passwords;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using PasswordOptions = MfaGateway.Configuration.PasswordOptions;

namespace MfaGateway.Challenges;

/// <summary>
/// The framework's hasher (PBKDF2-HMAC-SHA512, versioned format), as many at once as there are processors, on threads
/// of its own: a flood of sign-ins makes sign-ins slow, not the apps behind.
/// </summary>
public sealed class PasswordHashing : IPasswordHashing, IDisposable
{
    /// <summary>Passwords that may wait; the next is told to come back.</summary>
    public const int LongestQueue = 64;

    private static readonly object Nobody = new();

    // Made before the first sign-in, which must not be the slower one for it; what it is of, nobody knows.
    private static readonly ConcurrentDictionary<int, string> NobodysHashes = new();

    private readonly PasswordHasher<object> _hasher;
    private readonly SemaphoreSlim _slots = new(Environment.ProcessorCount);
    private readonly string _nobodysHash;
    private int _waiting;

    public PasswordHashing(PasswordOptions options)
    {
        _hasher = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = options.Iterations }));
        _nobodysHash = NobodysHashes.GetOrAdd(options.Iterations, _ => _hasher.HashPassword(Nobody, Core.Storage.Identifiers.New()));
    }

    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        RunAsync(() => _hasher.HashPassword(Nobody, password), cancellationToken);

    public Task<PasswordMatch> VerifyAsync(string? hash, string password, CancellationToken cancellationToken) =>
        RunAsync(
            () => _hasher.VerifyHashedPassword(Nobody, hash ?? _nobodysHash, password) switch
            {
                PasswordVerificationResult.Success when hash is not null => PasswordMatch.Right,
                PasswordVerificationResult.SuccessRehashNeeded when hash is not null => PasswordMatch.RightButWeaklyHashed,
                _ => PasswordMatch.Wrong,
            },
            cancellationToken);

    public void Dispose() => _slots.Dispose();

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > LongestQueue + Environment.ProcessorCount)
        {
            Interlocked.Decrement(ref _waiting);
            throw new PasswordHashingBusyException();
        }

        try
        {
            await _slots.WaitAsync(cancellationToken);
            try
            {
                return await Task.Factory.StartNew(
                    work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
            finally
            {
                _slots.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
