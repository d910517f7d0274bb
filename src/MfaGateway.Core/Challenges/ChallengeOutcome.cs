using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Challenges;

/// <summary>What came of an answer.</summary>
public abstract record ChallengeOutcome
{
    private ChallengeOutcome()
    {
    }

    /// <param name="FlowToken">The flow cookie's new value; null when it stays as it is.</param>
    public sealed record NextStep(ChallengeStep Step, string ReturnUrl, SecretToken? FlowToken) : ChallengeOutcome;

    /// <summary>Enough was proved and a session stands.</summary>
    public sealed record Completed(SecretToken SessionToken, GatewaySession Session, string ReturnUrl) : ChallengeOutcome
    {
        /// <summary>What the cookie of the known browser holds from now on.</summary>
        public SecretToken? Browser { get; init; }

        /// <summary>Whether it takes the place of one from which the flow began, so that nobody has signed in anew.</summary>
        public bool StepsUp { get; init; }
    }

    /// <param name="AttemptsLeft">Wrong answers that this flow still takes; null where that is not told.</param>
    public sealed record Refused(ChallengeRefusal Reason, int? AttemptsLeft = null) : ChallengeOutcome
    {
        /// <summary>When it is worth trying again; null where waiting alone does not help, or nothing has to be waited for.</summary>
        public DateTimeOffset? RetryAt { get; init; }

        /// <summary>With <see cref="ChallengeRefusal.Limited"/> at sign-in: whether the limit is that of a browser that the account knows, not that of the address.</summary>
        public bool IsOfBrowser { get; init; }

        /// <summary>With <see cref="ChallengeRefusal.TooOld"/>: how long ago the code was good.</summary>
        public TimeSpan? Age { get; init; }
    }
}

/// <summary>Why an answer did not count.</summary>
public enum ChallengeRefusal
{
    /// <summary>Wrong user name, password or code. For the first factor it never tells which.</summary>
    Wrong,

    /// <summary>A code that was right, and was used before.</summary>
    AlreadyUsed,

    /// <summary>A code that was right some minutes ago.</summary>
    TooOld,

    /// <summary>Too many wrong answers: none is looked at for a while, or until somebody helps.</summary>
    Limited,

    /// <summary>Not a code at all: wrong length or characters. It was not counted.</summary>
    Malformed,

    /// <summary>There is no such flow any more, or its time is over.</summary>
    FlowExpired,

    /// <summary>Too many wrong answers: the flow is over.</summary>
    FlowEnded,
}
