using System.Collections.Concurrent;
using Microsoft.AspNetCore.Routing.Patterns;
using Yarp.ReverseProxy;

namespace MfaGateway.Hardening;

/// <summary>Which routes a request may be taken to by an app that reads its target in its own way.</summary>
internal sealed class ReachableRoutes(IProxyStateLookup routes)
{
    // No route is likely to name it.
    private const string Any = "any-other-name";

    private readonly ConcurrentDictionary<string, RoutePattern> _patterns = new(StringComparer.Ordinal);

    /// <summary>Paths that no route names below these segments: what holds for most paths there.</summary>
    /// <param name="path">Of the request, decoded.</param>
    /// <param name="segments">How many of its first segments every one of them begins with.</param>
    /// <returns>Escaped.</returns>
    public static IReadOnlyList<string> UnnamedBelow(PathString path, int segments)
    {
        var kept = First(path, segments);
        return [Join([.. kept, Any]), Join([.. kept, Any, Any])];
    }

    /// <summary>Every route that a request of this host and method may meet below these segments of its path.</summary>
    public IEnumerable<ProbedRoute> Below(HttpRequest request, int segments)
    {
        var kept = First(request.Path, segments);
        return routes.GetRoutes().Select(route => route.Config)
            .Where(route => TakesMethod(route.Match.Methods, request.Method) && TakesHost(route.Match.Hosts, request.Host.Host))
            .Where(route => IsBelow(PatternOf(route.Match.Path ?? "/{**rest}"), kept))
            .Select(route => new ProbedRoute(route.AuthorizationPolicy, route.ClusterId, route.Match.Path));
    }

    /// <summary>Paths that no route names inside a path.</summary>
    /// <param name="path">Decoded.</param>
    /// <returns>Escaped.</returns>
    public static IReadOnlyList<string> UnnamedInside(string path) => [Join([.. SegmentsOf(path), Any]), Join([.. SegmentsOf(path), Any, Any])];

    /// <summary>The routes that name something inside a path, for the host of this request. With any method: what a tree has, it has by every one.</summary>
    /// <param name="path">Decoded.</param>
    public IEnumerable<ProbedRoute> Inside(HttpRequest request, string path)
    {
        var kept = SegmentsOf(path);
        return routes.GetRoutes().Select(route => route.Config)
            .Where(route => TakesHost(route.Match.Hosts, request.Host.Host))
            .Where(route => PatternOf(route.Match.Path ?? "/{**rest}") is var pattern && pattern.PathSegments.Count(IsOne) > kept.Length && IsBelow(pattern, kept))
            .Select(route => new ProbedRoute(route.AuthorizationPolicy, route.ClusterId, route.Match.Path));
    }

    private static string[] SegmentsOf(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsOne(RoutePatternPathSegment segment) => !(segment.IsSimple && segment.Parts[0] is RoutePatternParameterPart { IsCatchAll: true });

    private static string[] First(PathString path, int segments) => [.. (path.Value ?? "/").Split('/').Skip(1).Take(segments)];

    // Apps answer HEAD as GET (RFC 9110 9.3.2).
    private static bool TakesMethod(IReadOnlyList<string>? methods, string method) =>
        methods is not { Count: > 0 } || methods.Contains(method, StringComparer.OrdinalIgnoreCase)
        || (HttpMethods.IsHead(method) && methods.Contains(HttpMethods.Get, StringComparer.OrdinalIgnoreCase));

    // On any port: too many rather than too few.
    private static bool TakesHost(IReadOnlyList<string>? hosts, string host) => hosts is not { Count: > 0 } || hosts.Any(pattern =>
    {
        var name = new HostString(pattern).Host;
        return name is "*" || name.Equals(host, StringComparison.OrdinalIgnoreCase)
            || (name.StartsWith("*.", StringComparison.Ordinal) && host.EndsWith(name[1..], StringComparison.OrdinalIgnoreCase));
    });

    private RoutePattern PatternOf(string path) => _patterns.GetOrAdd(path, static path => RoutePatternFactory.Parse(path));

    private static bool IsBelow(RoutePattern pattern, string[] kept)
    {
        foreach (var (segment, keptSegment) in pattern.PathSegments.Zip(kept))
        {
            if (FixedTextOf(segment) is { } text && !text.Equals(keptSegment, StringComparison.OrdinalIgnoreCase))
                return false;
        }
        return true;
    }

    private static string? FixedTextOf(RoutePatternPathSegment segment) =>
        segment.IsSimple && segment.Parts[0] is RoutePatternLiteralPart literal ? literal.Content : null;

    private static string Join(IEnumerable<string> segments) => "/" + string.Join('/', segments.Select(Uri.EscapeDataString));
}
