namespace MfaGateway.Core.Access;

/// <summary>The one spelling of each strength: in policies, in <c>acr</c>, in problem details.</summary>
public static class StrengthNames
{
    public const string None = "none";
    public const string OneFactor = "one-factor";
    public const string TwoFactor = "two-factor";
    public const string PhishingResistant = "phishing-resistant";

    public static string Of(Strength strength) => strength switch
    {
        Strength.None => None,
        Strength.OneFactor => OneFactor,
        Strength.TwoFactor => TwoFactor,
        _ => PhishingResistant,
    };
}
