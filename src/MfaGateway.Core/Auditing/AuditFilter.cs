namespace MfaGateway.Core.Auditing;

/// <summary>Which entries somebody wants to see; what is null lets everything through.</summary>
public sealed record AuditFilter
{
    /// <summary>Whom it is about.</summary>
    public string? AccountId { get; init; }

    /// <summary>Who did it: an account's id, <c>command</c> or <c>gateway</c>.</summary>
    public string? Actor { get; init; }

    /// <summary>A name of <see cref="AuditEvents"/>, or how names begin when it ends with a dot: <c>factor.</c></summary>
    public string? Event { get; init; }

    /// <summary>Only what was done, or only what was refused.</summary>
    public bool? Succeeded { get; init; }

    /// <summary>At this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The whole address as it was recorded.</summary>
    public string? ClientAddress { get; init; }
}
