namespace MfaGateway.Core.Access;

/// <summary>How well somebody proved who they are; greater is stronger.</summary>
public enum Strength
{
    None = 0,
    OneFactor = 1,
    TwoFactor = 2,
    PhishingResistant = 3,
}
