using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using MfaGateway.Configuration;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Throttling;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using PasswordOptions = MfaGateway.Configuration.PasswordOptions;

namespace MfaGateway.Challenges;

/// <summary>
/// The framework's hasher (PBKDF2-HMAC-SHA512, versioned format), as many at once as there are processors, on threads
/// of its own: a flood of sign-ins makes sign-ins slow, not the apps behind. Addresses take turns, so that a flood from one makes its own slow.
/// </summary>
public sealed class PasswordHashing : IPasswordHashing
{
    /// <summary>Passwords that may wait; the next is told to come back.</summary>
    public const int LongestQueue = 64;

    /// <summary>Of one address; IPv6: one /64.</summary>
    public const int LongestOfAddress = 16;

    private static readonly object Nobody = new();

    // Made before the first sign-in, which must not be the slower one for it; what it is of, nobody knows.
    private static readonly ConcurrentDictionary<int, string> NobodysHashes = new();

    private readonly PasswordHasher<object> _hasher;
    private readonly FairQueue _queue = new(Environment.ProcessorCount, LongestQueue, LongestOfAddress);
    private readonly string _nobodysHash;
    private readonly int _iterations;

    public PasswordHashing(PasswordOptions options)
    {
        _iterations = options.Iterations;
        _hasher = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = options.Iterations }));
        _nobodysHash = NobodysHashes.GetOrAdd(options.Iterations, _ => _hasher.HashPassword(Nobody, Core.Storage.Identifiers.New()));
    }

    public Task<string> HashAsync(string password, string? clientAddress, CancellationToken cancellationToken) =>
        RunAsync(() => _hasher.HashPassword(Nobody, password), clientAddress, cancellationToken);

    public Task<PasswordMatch> VerifyAsync(string? hash, string password, string? clientAddress, CancellationToken cancellationToken) =>
        RunAsync(() => Verify(hash, password), clientAddress, cancellationToken);

    private PasswordMatch Verify(string? hash, string password)
    {
        switch (_hasher.VerifyHashedPassword(Nobody, hash ?? _nobodysHash, password))
        {
            case PasswordVerificationResult.Success when hash is not null:
                return PasswordMatch.Right;

            case PasswordVerificationResult.SuccessRehashNeeded when hash is not null:
                return PasswordMatch.RightButWeaklyHashed;

            default:
                MakeUpFor(hash ?? _nobodysHash, password);
                return PasswordMatch.Wrong;
        }
    }

    /// <summary>
    /// A hash of before the setting rose is checked in fewer rounds than nobody's. The rest is spent for nothing, so that
    /// how long a refusal takes does not tell which names exist.
    /// </summary>
    private void MakeUpFor(string hash, string password)
    {
        // The framework's format 3: a marker, the hash function, then the rounds, both big-endian.
        var bytes = Convert.FromBase64String(hash);
        var rounds = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(5));
        if (rounds < _iterations)
            Rfc2898DeriveBytes.Pbkdf2(password, bytes.AsSpan(13, 16), _iterations - (int)rounds, HashAlgorithmName.SHA512, 32);
    }

    private async Task<T> RunAsync<T>(Func<T> work, string? clientAddress, CancellationToken cancellationToken)
    {
        await _queue.EnterAsync(clientAddress is null ? string.Empty : AttemptLimits.NetworkOf(clientAddress), cancellationToken);
        try
        {
            return await Task.Factory.StartNew(
                work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _queue.Leave();
        }
    }
}
