using MfaGateway.Hardening;
using Microsoft.AspNetCore.Authorization;

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

    /// <summary>Tells of every status with which these endpoints refuse, when all is known that they say of themselves.</summary>
    public static void DescribeProblems(this IEndpointConventionBuilder endpoints, BrowserChanges changes) => endpoints.Finally(endpoint =>
    {
        var method = endpoint.Metadata.OfType<HttpMethodMetadata>().LastOrDefault() is { HttpMethods: [{ } first, ..] } ? first : HttpMethods.Get;
        if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } path } && changes.IsGuarded(path, method))
            endpoint.Metadata.Add(new EndpointProblems([ApiProblems.BrowserChangesOff]));
        foreach (var status in ProblemsOf(endpoint.Metadata).Select(problem => problem.Status).Distinct().Order().ToList())
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ProblemBody), ["application/problem+json"]));
    });

    /// <summary>Every way in which an endpoint refuses.</summary>
    public static IEnumerable<Problem> ProblemsOf(IList<object> metadata) =>
    [
        .. metadata.OfType<EndpointProblems>().SelectMany(one => one.Problems),
        .. metadata.OfType<HttpMethodMetadata>().Any(one => !one.HttpMethods.Contains(HttpMethods.Get)) ? ApiProblems.OfEveryChange : [],
        .. metadata.OfType<IAuthorizeData>().Any() ? ApiProblems.OfEveryPolicy : [],
        .. ApiProblems.OfEverything,
    ];
}

/// <summary>What an endpoint refuses with.</summary>
public sealed record EndpointProblems(IReadOnlyList<Problem> Problems);
