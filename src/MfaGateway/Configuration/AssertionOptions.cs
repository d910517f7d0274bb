namespace MfaGateway.Configuration;

/// <summary>Bound at <c>MfaGateway:Assertion</c>.</summary>
public sealed class AssertionOptions
{
    /// <summary>How long an assertion is valid, in seconds. It is reused for at most half of that.</summary>
    /// <value>10 to 300; the default is 60.</value>
    public int LifetimeSeconds { get; set; } = 60;
}
