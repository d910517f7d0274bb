using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Sessions;
using MfaGateway.Sessions;

namespace MfaGateway.Challenges;

/// <summary>
/// Leads a browser on that sends one answer twice, as a second click on a button does: the browser drops the response to the first,
/// cookies included, and takes the second one. So the same answer with the same cookies gets the outcome of the first, for seconds. A code is
/// still spent once, and one session begins; without the browser's cookies the code is worth nothing.
/// </summary>
/// <remarks>
/// In the memory of one process: the outcome holds the token of the new session, of which the store keeps a hash alone. See
/// docs/decisions/0012-the-same-answer-twice.md for what that means with several nodes.
/// </remarks>
public sealed class RepeatedAnswers(
    GatewayCookies cookies, ChallengeService challenges, SessionStore sessions, TimeProvider timeProvider)
{
    /// <summary>How long after the first answer.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>How many of the same answers wait for each other. In a flood each goes its own way, to the limits that are there for it.</summary>
    public const int MaxWaiting = 16;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, Answer> _answers = new(StringComparer.Ordinal);

    /// <summary>Takes an answer, or gives the outcome of the same one before. The same answers at one moment wait for each other.</summary>
    /// <param name="page">Which page posted it.</param>
    /// <param name="fields">What was posted.</param>
    /// <param name="take">Takes the answer. Null for a request that was no answer. It is called anew for each answer that was not accepted.</param>
    /// <typeparam name="T">A <see cref="ChallengeOutcome"/> or a <see cref="CodeAsking"/>.</typeparam>
    public async Task<T?> TakeAsync<T>(HttpContext context, string page, string?[] fields, Func<Task<T?>> take)
        where T : class
    {
        // Without a cookie two requests can't be shown to come from one browser.
        if (KeyOf(context, page, fields) is not { } key)
            return await take();

        var answer = Enter(key);
        try
        {
            if (answer.Requests > MaxWaiting)
                return await take();

            await answer.Turn.WaitAsync(context.RequestAborted);
            try
            {
                if (answer.Accepted is T accepted && timeProvider.GetUtcNow() < answer.GoodUntil && await HoldsAsync(accepted, context.RequestAborted))
                    return accepted;

                var outcome = await take();
                if (outcome is ChallengeOutcome.Completed or ChallengeOutcome.NextStep or CodeAsking.Asked)
                    answer.Accept(outcome, timeProvider.GetUtcNow() + Window);
                return outcome;
            }
            finally
            {
                answer.Turn.Release();
            }
        }
        finally
        {
            Leave(key, answer);
        }
    }

    /// <summary>Whether what came of an answer is there still: who has signed out since, and gives the same password again, signs in anew.</summary>
    private async Task<bool> HoldsAsync(object accepted, CancellationToken cancellationToken) => accepted switch
    {
        ChallengeOutcome.Completed completed => await sessions.FindAsync(completed.Session.TokenHash, cancellationToken) is not null,
        ChallengeOutcome.NextStep { FlowToken: { } token } => await challenges.FindAsync(token, cancellationToken) is not null,
        _ => true,
    };

    private Answer Enter(string key)
    {
        ForgetOld();
        while (true)
        {
            var answer = _answers.GetOrAdd(key, _ => new Answer());
            if (answer.TryEnter())
                return answer;
            // Another request is just removing it.
            _answers.TryRemove(new(key, answer));
        }
    }

    private void Leave(string key, Answer answer)
    {
        if (answer.LeaveAndMayGo(timeProvider.GetUtcNow()))
            _answers.TryRemove(new(key, answer));
    }

    // Few are kept at any time: each was a right answer of the last seconds.
    private void ForgetOld()
    {
        var now = timeProvider.GetUtcNow();
        foreach (var (key, answer) in _answers)
        {
            if (answer.MayGo(now))
                _answers.TryRemove(new(key, answer));
        }
    }

    /// <summary>Keyed, so that no answer can be read from memory; over everything that makes two requests the same.</summary>
    private string? KeyOf(HttpContext context, string page, string?[] fields)
    {
        var own = cookies.ReadOwn(context);
        if (own.All(value => value.Length == 0))
            return null;

        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in (string?[])[page, .. own, .. fields])
        {
            var bytes = Encoding.UTF8.GetBytes(part ?? string.Empty);
            BinaryPrimitives.WriteInt32LittleEndian(length, part is null ? -1 : bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>One answer, as long as it is taken and for seconds after it was accepted.</summary>
    private sealed class Answer
    {
        private readonly Lock _lock = new();
        private int _requests;
        private bool _isGone;

        public SemaphoreSlim Turn { get; } = new(1);

        /// <summary>Those that take this answer, or wait to.</summary>
        public int Requests
        {
            get
            {
                lock (_lock)
                    return _requests;
            }
        }

        public object? Accepted { get; private set; }

        public DateTimeOffset GoodUntil { get; private set; }

        public void Accept(object outcome, DateTimeOffset goodUntil) => (Accepted, GoodUntil) = (outcome, goodUntil);

        /// <returns>False when it is being removed.</returns>
        public bool TryEnter()
        {
            lock (_lock)
            {
                if (_isGone)
                    return false;
                _requests++;
                return true;
            }
        }

        public bool LeaveAndMayGo(DateTimeOffset now)
        {
            lock (_lock)
                _requests--;
            return MayGo(now);
        }

        public bool MayGo(DateTimeOffset now)
        {
            lock (_lock)
            {
                _isGone |= _requests == 0 && (Accepted is null || now >= GoodUntil);
                return _isGone;
            }
        }
    }
}
