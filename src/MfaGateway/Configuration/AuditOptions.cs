namespace MfaGateway.Configuration;

/// <summary>Bound at <c>MfaGateway:Audit</c>.</summary>
public sealed class AuditOptions
{
    /// <summary>How long audit entries are kept.</summary>
    /// <value>0 to 36500 days; 0 keeps all; the default is 400.</value>
    public int RetentionDays { get; set; } = 400;
}
