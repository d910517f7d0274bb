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
/// of its own: a flood of sign-ins makes sign-ins slow, not the apps behind. See <see cref="FairQueue"/> for whose sign-ins.
/// </summary>
public sealed class PasswordHashing : IPasswordHashing
{
    /// <summary>Passwords of strangers that may wait, and as many of those who have signed in before.</summary>
    public const int MaxWaiting = 64;

    /// <summary>Of one address (IPv6: one /64), or of one account there.</summary>
    public const int MaxOfSource = 16;

    private static readonly object Nobody = new();

    // Made before the first sign-in, which must not be the slower one for it; what it is of, nobody knows.
    private static readonly ConcurrentDictionary<int, string> NobodysHashes = new();

    private readonly PasswordHasher<object> _hasher;
    private readonly FairQueue _queue = new(Environment.ProcessorCount, MaxWaiting, MaxOfSource);
    private readonly string _nobodysHash;
    private readonly int _iterations;

    public PasswordHashing(PasswordOptions options)
    {
        _iterations = options.Iterations;
        _hasher = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = options.Iterations }));
        _nobodysHash = NobodysHashes.GetOrAdd(options.Iterations, _ => _hasher.HashPassword(Nobody, Core.Storage.Identifiers.New()));
    }

    public Task<string> HashAsync(string password, HashingRequester from, CancellationToken cancellationToken) =>
        RunAsync(() => _hasher.HashPassword(Nobody, password), from, cancellationToken);

    public Task<PasswordMatch> VerifyAsync(string? hash, string password, HashingRequester from, CancellationToken cancellationToken) =>
        RunAsync(() => Verify(hash, password), from, cancellationToken);

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

    private async Task<T> RunAsync<T>(Func<T> work, HashingRequester from, CancellationToken cancellationToken)
    {
        await _queue.EnterAsync(PlaceOf(from), cancellationToken);
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

    private static QueuePlace PlaceOf(HashingRequester from)
    {
        if (from.Account is null)
            return new(ClientNetworks.Of(from.Address ?? string.Empty), IsKnown: false);
        IEnumerable<string> networks = from.Address is null ? [] : ClientNetworks.Of(from.Address);
        return new([.. networks, $"account/{from.Account}"], IsKnown: true);
    }
}
