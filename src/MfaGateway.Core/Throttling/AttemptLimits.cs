using MfaGateway.Core.Challenges;

namespace MfaGateway.Core.Throttling;

/// <summary>
/// Which buckets an attempt is counted in. Every limit there is stands here: a wider one (per account, per address)
/// is one more bucket in these lists, and every path to the same secret shares it.
/// </summary>
public sealed class AttemptLimits(AttemptOptions options, ChallengeOptions challenge)
{
    /// <summary>Codes of one flow: TOTP, recovery code and a password asked again share them.</summary>
    public IReadOnlyList<AttemptBucket> ForFlow(ChallengeFlow flow) =>
        [new($"flow/{flow.Id}/answers", options.PerChallenge, challenge.Lifetime)];

    /// <summary>Codes that verify a new authenticator.</summary>
    public IReadOnlyList<AttemptBucket> ForEnrollment(ChallengeFlow flow) =>
        [new($"flow/{flow.Id}/enrollment", options.PerChallenge, challenge.Lifetime)];

    /// <summary>Passwords before there is a flow: nowhere yet. Limits by account and by address belong here.</summary>
    public IReadOnlyList<AttemptBucket> ForSignIn { get; } = [];
}
