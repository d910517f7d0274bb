using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;

namespace MfaGateway.Core.Factors.MagicCodes;

/// <summary>
/// A browser that waits for a mailed code: at the beginning of a sign-in, or as a step of a flow. It is kept for everybody alike,
/// whether or not anybody has the address.
/// </summary>
/// <param name="Id">Opaque and safe to show.</param>
/// <param name="TokenHash">SHA-256 of the value of the cookie that the waiting browser has.</param>
/// <param name="AccountId">Who is asked; null where nobody has the address, or nobody who may sign in this way.</param>
/// <param name="ApplicationId">For which application the codes are.</param>
/// <param name="Email">The address, as it was typed or as the account has it.</param>
/// <param name="PolicyName">The access policy of where the person wants to go.</param>
/// <param name="MatchNumber">10 to 99: the waiting page shows it, and whoever opens the link elsewhere must know it.</param>
/// <param name="CodesSent">How many were asked for, whether or not a mail went out.</param>
/// <param name="ExpiresAt">The end of the last code.</param>
public sealed record CodeRequest(
    string Id,
    byte[] TokenHash,
    string? AccountId,
    string ApplicationId,
    string Email,
    string PolicyName,
    string ReturnUrl,
    int MatchNumber,
    string ClientAddress,
    string UserAgent,
    int CodesSent,
    DateTimeOffset LastSentAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    CodeRequestState State)
{
    /// <summary>The flow whose step it is; null for the beginning of a sign-in.</summary>
    public string? FlowId { get; init; }

    /// <summary>Whether a right code makes an account of the address.</summary>
    public bool Registers { get; init; }

    /// <summary>The issued code that was typed, or whose link was confirmed; null before.</summary>
    public string? UsedCodeId { get; init; }

    /// <summary>Whom the codes are made for: without an account the request itself, so that the work is the same.</summary>
    public string OwnerId => AccountId ?? Id;

    /// <summary>The wait after the newest code: 30 s, 60 s, 120 s and so on.</summary>
    public DateTimeOffset NextSendAt => LastSentAt + TimeSpan.FromSeconds(30 * Math.Pow(2, Math.Min(CodesSent, 8) - 1));

    /// <summary>Whether it is what somebody asks for.</summary>
    public bool IsFor(CodeWish wish, EmailAddress address) =>
        ApplicationId == wish.ApplicationId && PolicyName == wish.PolicyName && EmailAddress.Fold(Email) == address.Folded;

    // Whoever knows the number can let another browser in.
    public override string ToString() => $"{nameof(CodeRequest)} {Id}";
}

/// <summary>What has become of a request. The numbers are stored: never reuse one.</summary>
public enum CodeRequestState
{
    Open = 0,

    /// <summary>A code or a link was used, by the browser that waits.</summary>
    Used = 1,

    /// <summary>The link was confirmed in another browser; the one that waits may go on.</summary>
    Approved = 2,

    /// <summary>Too many wrong answers, a wrong number, or replaced.</summary>
    Ended = 3,
}
