using System.Collections.Concurrent;
using System.Security.Cryptography;
using MfaGateway.Configuration;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Throttling;
using Microsoft.AspNetCore.Identity;
using PasswordOptions = MfaGateway.Configuration.PasswordOptions;

namespace MfaGateway.Challenges;

/// <summary>
/// Argon2id (RFC 9106), as many at once as there are processors, on threads of its own: a flood of sign-ins makes sign-ins slow, not the
/// apps behind. See <see cref="FairQueue"/> for whose sign-ins. Hashes of the framework's hasher (PBKDF2-HMAC-SHA512) are taken too.
/// </summary>
public sealed class PasswordHashing : IPasswordHashing
{
    /// <summary>Passwords of strangers that may wait, and as many of those who have signed in before.</summary>
    public const int MaxWaiting = 64;

    /// <summary>Of one address (IPv6: one /64), or of one account there.</summary>
    public const int MaxOfSource = 16;

    private static readonly object Unused = new();

    // Made before the first sign-in, which must not be the slower one for it; of a password that was thrown away.
    private static readonly ConcurrentDictionary<Argon2Work, Argon2Hash> HashesOfNames = new();

    private readonly PasswordHasher<object> _oldHasher = new();
    private readonly FairQueue _queue = new(Environment.ProcessorCount, MaxWaiting, MaxOfSource);
    private readonly Argon2Work _work;
    private volatile OldPasswordHashes _old;
    private readonly Argon2Hash _hashOfNames;

    public PasswordHashing(PasswordOptions options, OldPasswordHashes old)
    {
        _work = Argon2Work.Of(options);
        _old = old;
        _hashOfNames = HashesOfNames.GetOrAdd(_work, work => Argon2Hash.Create(Core.Storage.Identifiers.New(), work));
    }

    public Task<string> HashAsync(string password, HashingRequester from, CancellationToken cancellationToken) =>
        RunAsync(() => Argon2Hash.Create(password, _work).ToString(), from, cancellationToken);

    public Task<PasswordMatch> VerifyAsync(string? hash, string password, HashingRequester from, CancellationToken cancellationToken) =>
        RunAsync(() => Verify(hash, password), from, cancellationToken);

    private PasswordMatch Verify(string? hash, string password)
    {
        Argon2Hash? known = _hashOfNames;
        if (hash is not null && !Argon2Hash.TryParse(hash, out known))
            return VerifyOld(hash, password);

        if (known.Work != _work)
            _old = _old.With(known.Work); // of a node with other settings, which began later
        if (!known.Matches(password) || hash is null)
            return Refuse(password, known.Work, doneRounds: 0);
        return known.Work != _work ? PasswordMatch.RightButWeaklyHashed : PasswordMatch.Right;
    }

    private PasswordMatch VerifyOld(string hash, string password)
    {
        var rounds = OldPasswordHashes.RoundsOf(hash);
        _old = _old.With(rounds);
        return _oldHasher.VerifyHashedPassword(Unused, hash, password) == PasswordVerificationResult.Failed
            ? Refuse(password, done: null, rounds)
            : PasswordMatch.RightButWeaklyHashed;
    }

    /// <summary>
    /// Every refusal does the same work, the name may be wrong or the password: that of today's hashes, and of each old kind. What the comparison has not done of
    /// it is done for nothing, so that how long a refusal takes does not tell which names exist.
    /// </summary>
    private PasswordMatch Refuse(string password, Argon2Work? done, int doneRounds)
    {
        foreach (var work in _old.Works.Prepend(_work).Where(work => work != done))
            work.Derive(password, _hashOfNames.Salt, _hashOfNames.Key.Length);
        foreach (var rounds in _old.Rounds.Where(rounds => rounds != doneRounds))
            Rfc2898DeriveBytes.Pbkdf2(password, _hashOfNames.Salt, rounds, HashAlgorithmName.SHA512, 32);
        return PasswordMatch.Wrong;
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
