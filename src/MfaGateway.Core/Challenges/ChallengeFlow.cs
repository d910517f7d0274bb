using MfaGateway.Core.Factors;

namespace MfaGateway.Core.Challenges;

/// <summary>The walk of one browser from "not enough" to "enough". Lives in the store, for minutes.</summary>
/// <param name="Id">Opaque and safe to show.</param>
/// <param name="TokenHash">SHA-256 of the flow cookie's value.</param>
/// <param name="AccountId">Who is signing in. A flow begins with a right first answer, so there is always somebody.</param>
/// <param name="PolicyName">The access policy that is being met.</param>
/// <param name="ReturnUrl">A checked local path to go to when done.</param>
/// <param name="Proofs">What was proved so far, in this flow or (stepping up) in the session it came from.</param>
/// <param name="ReplacesSessionId">The session that this browser has already, which ends when the new one starts.</param>
/// <param name="ProtectedRecoveryCodes">Freshly made recovery codes that still have to be shown and saved, encrypted.</param>
/// <param name="Version">Grows with every save; a save against an older version fails.</param>
public sealed record ChallengeFlow(
    string Id,
    byte[] TokenHash,
    string AccountId,
    string PolicyName,
    string ReturnUrl,
    IReadOnlyList<Proof> Proofs,
    string? ReplacesSessionId,
    byte[]? ProtectedRecoveryCodes,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    int Version)
{
    /// <summary>
    /// Whether the proofs of the replaced session are carried on. Then it must still stand when the new one starts: a
    /// session that was ended meanwhile must not live on under a new name.
    /// </summary>
    public bool StepsUp { get; init; }

    /// <summary>What it is for. Anything but <see cref="FlowPurpose.MeetPolicy"/> was begun from a signed-in session and steps up.</summary>
    public FlowPurpose Purpose { get; init; }

    /// <summary>Whether it was ended after too many wrong answers. It is kept: a right answer that was granted beside them may still complete it.</summary>
    public bool IsEnded { get; init; }
}
