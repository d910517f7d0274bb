using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;

namespace MfaGateway.Core.Access;

/// <summary>The one spelling of each strength: in policies, in <c>acr</c>, in problem details.</summary>
public static class StrengthNames
{
    public const string None = "none";
    public const string OneFactor = "one-factor";
    public const string TwoFactor = "two-factor";
    public const string PhishingResistant = "phishing-resistant";

    /// <summary>In <c>acr</c>: one factor, and that one a code sent by e-mail, with or without a password that was chosen by a mailed link.</summary>
    public const string OneFactorByMail = "one-factor-mail";

    /// <summary>In <c>acr</c>: a password and a code sent by e-mail, which NIST SP 800-63B-4 does not take for an out-of-band factor.</summary>
    public const string TwoFactorByMail = "two-factor-mail";

    /// <summary>What <c>acr</c> says of a session with these proofs. Mail is told apart, so that an app that does not know it takes it for nothing.</summary>
    public static string ContextOf(IReadOnlyList<Proof> proofs) => (ChallengeRules.StrengthOf(proofs), ChallengeRules.RestsOnMail(proofs)) switch
    {
        (Strength.OneFactor, true) => OneFactorByMail,
        (Strength.TwoFactor, true) => TwoFactorByMail,
        (var strength, _) => Of(strength),
    };

    public static string Of(Strength strength) => strength switch
    {
        Strength.None => None,
        Strength.OneFactor => OneFactor,
        Strength.TwoFactor => TwoFactor,
        _ => PhishingResistant,
    };
}
