using MfaGateway.Core.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.AspNetCore.Routing.Patterns;

namespace MfaGateway.Proxying;

/// <summary>
/// Routes that are open to everybody match by letter case, so that <c>/PUB</c> is not public where <c>/pub</c> is: to an
/// upstream that tells them apart it is another page. Protected routes match in any case, as the framework has it.
/// </summary>
internal sealed class PublicRouteCasePolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    /// <summary>After the framework's and YARP's own policies; they only ever take candidates away, as this one does.</summary>
    public override int Order => 10_000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(endpoint =>
        IsPublic(endpoint) && endpoint is RouteEndpoint route && route.RoutePattern.PathSegments.Any(HasLiteral));

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i)
                && candidates[i].Endpoint is RouteEndpoint route
                && IsPublic(route)
                && !MatchesByCase(route.RoutePattern, httpContext.Request.Path.Value))
            {
                candidates.SetValidity(i, false);
            }
        }
        return Task.CompletedTask;
    }

    private static bool IsPublic(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy == AccessPolicy.AnonymousName;

    private static bool HasLiteral(RoutePatternPathSegment segment) => segment.Parts.Any(part => part.IsLiteral);

    private static bool MatchesByCase(RoutePattern pattern, ReadOnlySpan<char> path)
    {
        foreach (var segment in pattern.PathSegments)
        {
            if (path.IsEmpty)
                return true;
            path = path[1..];
            var slash = path.IndexOf('/');
            var actual = slash < 0 ? path : path[..slash];
            foreach (var part in segment.Parts)
            {
                if (part is RoutePatternLiteralPart literal && !TryFind(ref actual, literal.Content, segment.IsSimple))
                    return false;
            }
            path = slash < 0 ? default : path[slash..];
        }
        return true;
    }

    /// <summary>The whole segment must be the literal, or hold it where the pattern mixes literals and parameters.</summary>
    private static bool TryFind(ref ReadOnlySpan<char> segment, string literal, bool isWhole)
    {
        if (isWhole)
            return segment.SequenceEqual(literal);
        var at = segment.IndexOf(literal, StringComparison.Ordinal);
        if (at >= 0)
            segment = segment[(at + literal.Length)..];
        return at >= 0;
    }
}
