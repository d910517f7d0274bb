using MfaGateway.Hardening;

namespace MfaGateway.Api;

/// <summary>What the OpenAPI document says of an endpoint, beyond what its signature tells.</summary>
public static class EndpointDescriptions
{
    /// <param name="name">The operation's id: what a generated client calls it.</param>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, string name, string summary, string? description = null)
    {
        endpoint.WithName(name).WithSummary(summary);
        return description is null ? endpoint : endpoint.WithDescription(description);
    }

    /// <summary>What it refuses with, beside what every endpoint may.</summary>
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder endpoint, params Problem[] problems) =>
        endpoint.WithMetadata(new EndpointProblems(problems));
}

/// <summary>What an endpoint refuses with.</summary>
public sealed record EndpointProblems(IReadOnlyList<Problem> Problems);
