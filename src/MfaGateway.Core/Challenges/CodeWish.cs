using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Challenges;

/// <param name="Email">As typed.</param>
/// <param name="PolicyName">The access policy of the return URL.</param>
/// <param name="ReturnUrl">A checked local path.</param>
/// <param name="ApplicationId">The application of the return URL.</param>
public sealed record CodeWish(string Email, string PolicyName, string ReturnUrl, string ApplicationId)
{
    /// <summary>What this browser waits for already, if anything.</summary>
    public SecretToken? Waiting { get; init; }
}

/// <summary>What a browser's cookies hold of a request for a code: its own, or the flow that it is a step of.</summary>
public sealed record WaitingBrowser(SecretToken? Request, SecretToken? Flow);

/// <summary>What came of asking for a code.</summary>
public abstract record CodeAsking
{
    private CodeAsking()
    {
    }

    /// <param name="Token">What the waiting browser's cookie holds.</param>
    public sealed record Asked(SecretToken Token, CodeRequest Request) : CodeAsking;

    public sealed record Refused(CodeAskingRefusal Reason) : CodeAsking
    {
        /// <summary>When it is worth asking again; null where waiting does not help.</summary>
        public DateTimeOffset? RetryAt { get; init; }
    }
}

/// <summary>Why no code was asked for. None of them tells whether anybody has the address.</summary>
public enum CodeAskingRefusal
{
    /// <summary>Nobody signs in this way here.</summary>
    NotOffered,

    /// <summary>Not an e-mail address.</summary>
    Malformed,

    /// <summary>Too many requests from the network.</summary>
    Limited,

    /// <summary>The last code is too young.</summary>
    TooSoon,

    /// <summary>As many as one sign-in may ask for were asked for.</summary>
    NoMore,

    /// <summary>There is no such request any more.</summary>
    Over,
}

/// <summary>What the page of a link may show.</summary>
/// <param name="IsHere">Whether this is the browser that asked.</param>
public sealed record CodeLinkView(CodeRequest Request, bool IsHere);
