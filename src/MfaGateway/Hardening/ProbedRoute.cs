namespace MfaGateway.Hardening;

/// <summary>A proxied route that a path leads to.</summary>
/// <param name="PolicyName">The access policy that it names.</param>
/// <param name="Pattern">Its <c>Match:Path</c>, where it has one.</param>
internal sealed record ProbedRoute(string? PolicyName, string? ClusterId, string? Pattern);
