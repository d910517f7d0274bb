using System.Text;
using MfaGateway.Core.Access;
using MfaGateway.Hardening;
using MfaGateway.Proxying;

namespace MfaGateway.Configuration;

/// <summary>
/// What is wrong with YARP's routes from the gateway's point of view. What is wrong by YARP's own rules, YARP says.
/// </summary>
internal static class RouteReview
{
    public static IEnumerable<string> Find(IConfiguration configuration, IEnumerable<string> ownPolicies, string? pathPrefix)
    {
        var clusters = configuration.GetSection("ReverseProxy:Clusters").GetChildren().Select(cluster => cluster.Key).ToList();
        string[] policies = [.. AccessPolicies.BuiltIn.Select(NameInRoutes), .. ownPolicies];
        return configuration.GetSection("ReverseProxy:Routes").GetChildren()
            .SelectMany(route => Find(route, clusters, policies, pathPrefix));
    }

    private static IEnumerable<string> Find(IConfigurationSection route, List<string> clusters, string[] policies, string? pathPrefix)
    {
        if (ClusterFault(route["ClusterId"], clusters) is { } cluster)
            yield return $"{route.Path}:ClusterId {cluster}";
        if (PolicyFault(route, policies) is { } policy)
            yield return policy;
        foreach (var fault in RouteMetadata.Faults(route.Key, route.GetSection("Metadata").GetChildren().ToDictionary(entry => entry.Key, entry => entry.Value ?? "", StringComparer.OrdinalIgnoreCase)))
            yield return $"{route.Path}: {fault.Message}";
        if (pathPrefix is not null && route["Match:Path"] is { } path && PathPrefixes.Covers(pathPrefix, path))
            yield return $"{route.Path}:Match:Path must be outside {pathPrefix}, where the gateway's own pages are, but was {ShownValue.Of(path)}.";
        if (route["Match:Path"] is { } pattern && PathFault(pattern) is { } unmatched)
            yield return $"{route.Path}:Match:Path {unmatched}, but was {ShownValue.Of(pattern)}.";
        foreach (var host in route.GetSection("Match:Hosts").GetChildren())
        {
            if (host.Value is { Length: > 0 } name && HostFault(name) is { } unmatchedHost)
                yield return $"{host.Path} {unmatchedHost}, but was {ShownValue.Of(name)}.";
        }
    }

    /// <summary>What no path matches: requests for what the route is meant to protect would take a weaker one.</summary>
    private static string? PathFault(string pattern)
    {
        var text = FixedText(pattern);
        if (text.Contains('*'))
            return "must not hold * outside of braces, which is the sign itself there: for all below a path end it with {**rest}";
        if (text.Contains('%') || text.Contains('\\'))
            return "must be written as it is read, without escapes and backslashes: paths are matched after they are decoded";
        return text.Split('/').Any(segment => segment is "." or "..")
            ? "must not hold dot segments: paths are matched without them"
            : null;
    }

    // A parameter counts as one letter; doubled braces are the sign itself.
    private static string FixedText(string pattern)
    {
        var text = new StringBuilder(pattern.Length);
        var depth = 0;
        foreach (var c in pattern)
        {
            if (c == '}')
                depth--;
            if (depth == 0)
                text.Append(c is '{' or '}' ? 'x' : c);
            if (c == '{')
                depth++;
        }
        return text.ToString();
    }

    private static string? HostFault(string host)
    {
        if (host is "*" || host.StartsWith("*:", StringComparison.Ordinal))
            return null;
        var name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        var colon = name.LastIndexOf(':');
        if (colon > name.LastIndexOf(']'))
            name = name[..colon];
        if (name.Contains(':') && !name.StartsWith('['))
            return null; // two ports: YARP says so
        if (name.Length == 0 || HostName.OfSetting(name) is not { } read)
            return "must be one host such as wiki.example.org, *.example.org or *";
        return read.Equals(name, StringComparison.OrdinalIgnoreCase) ? null : $"must name {read} in this spelling, in which requests for it are compared";
    }

    private static string? ClusterFault(string? id, List<string> clusters)
    {
        var allowed = clusters.Count == 0
            ? "must name a cluster, but ReverseProxy:Clusters has none"
            : $"must be one of the clusters {string.Join(", ", clusters)}";
        if (string.IsNullOrEmpty(id))
            return $"{allowed}, and was not set.";
        return clusters.Contains(id, StringComparer.OrdinalIgnoreCase) ? null : $"{allowed}, but was {ShownValue.Of(id)}.";
    }

    private static string? PolicyFault(IConfigurationSection route, string[] policies)
    {
        // None named, and YARP's word for that: two-factor.
        if (route.GetChildren().FirstOrDefault(child => child.Key.Equals("AuthorizationPolicy", StringComparison.OrdinalIgnoreCase)) is not { } section)
            return null;
        var (name, key, allowed) = (section.Value, section.Path, $"one of {string.Join(", ", policies)}");
        // Where the policy stood, what is blank now is a slip that would take it away.
        if (string.IsNullOrWhiteSpace(name) || section.GetChildren().Any())
            return $"{key} must be {allowed}, or be left out, but was {ShownValue.Of(section)}.";
        if (name.Equals("Default", StringComparison.OrdinalIgnoreCase) || policies.Contains(name, StringComparer.OrdinalIgnoreCase))
            return null;

        return name.Equals(StrengthNames.PhishingResistant, StringComparison.OrdinalIgnoreCase)
            ? AccessPolicyReader.PhishingResistant(key, allowed)
            : $"{key} must be {allowed}, but was {ShownValue.Of(name)}.";
    }

    // YARP has its own word for it, by which routes are written.
    private static string NameInRoutes(AccessPolicy policy) => policy == AccessPolicy.Anonymous ? "Anonymous" : policy.Name;
}
