namespace MfaGateway.Core.Challenges;

/// <summary>Bound at <c>MfaGateway:Challenge</c>.</summary>
public sealed class ChallengeOptions
{
    /// <summary>How long a challenge may take from the first right answer to the last.</summary>
    /// <value>00:01:00 to 00:10:00; the default is 00:10:00. A pending authenticator lives no longer either.</value>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(10);
}
