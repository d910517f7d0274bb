namespace MfaGateway.Core.Factors.RecoveryCodes;

/// <summary>Bound at <c>MfaGateway:RecoveryCodes</c>.</summary>
public sealed class RecoveryCodeOptions
{
    /// <summary>How many codes a set has.</summary>
    /// <value>5 to 20; the default is 10.</value>
    public int Count { get; set; } = 10;
}
