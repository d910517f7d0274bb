namespace MfaGateway.Core.Challenges;

/// <summary>From where an answer comes: for the audit and the person's own session list, never for a decision.</summary>
public sealed record ClientContext(string Address, string UserAgent);
