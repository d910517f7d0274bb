namespace MfaGateway.Core.IdentityHeaders;

/// <summary>The values of the <c>acr</c> claim, weakest first.</summary>
public static class AcrValues
{
    public const string None = "none";
    public const string OneFactor = "one-factor";
    public const string TwoFactor = "two-factor";
    public const string PhishingResistant = "phishing-resistant";
}
