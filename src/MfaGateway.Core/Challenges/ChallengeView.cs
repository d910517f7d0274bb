using MfaGateway.Core.Accounts;

namespace MfaGateway.Core.Challenges;

/// <summary>What a page may show of a flow.</summary>
/// <param name="RecoveryCodes">Whether the account has unused recovery codes.</param>
/// <param name="TotpDigits">How long the code is that is asked for.</param>
/// <param name="CodeExpiresAt">The end of the administrator's code that is asked for, which may be over; null where none is asked.</param>
public sealed record ChallengeView(
    ChallengeFlow Flow, Account Account, ChallengeStep Step, bool RecoveryCodes, int TotpDigits, DateTimeOffset? CodeExpiresAt)
{
    /// <summary>Whether the flow is stored. One that is not is what the first answer would begin: a page that is only looked at stores nothing.</summary>
    public bool IsBegun { get; init; } = true;
}
