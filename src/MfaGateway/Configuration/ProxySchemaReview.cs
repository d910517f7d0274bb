using System.Reflection;
using System.Security.Authentication;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace MfaGateway.Configuration;

/// <summary>
/// Reads YARP's section by the types that it is read into, and names the key of each value that YARP could not read (it
/// stops at the first one, and does not say at which key) and of each setting that has no effect here.
/// </summary>
internal static class ProxySchemaReview
{
    // Policies of the framework that only a program can define. None of them may be passed over in silence.
    private static readonly Dictionary<string, string> NotOffered = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(RouteConfig.CorsPolicy)] = "the gateway defines no CORS policies. The app answers cross-origin requests itself; "
            + "a preflight brings no cookie, so it needs a route of its own with Match:Methods [ \"OPTIONS\" ] and the policy Anonymous",
        [nameof(RouteConfig.RateLimiterPolicy)] = "the gateway defines no rate limiters. MfaGateway:Attempts limits guesses, and HttpClient:MaxConnectionsPerServer of the cluster its load",
        [nameof(RouteConfig.OutputCachePolicy)] = "the gateway keeps no answers, because one person would get what was meant for another one",
    };

    private static readonly string[] Encodings = [nameof(HttpClientConfig.RequestHeaderEncoding), nameof(HttpClientConfig.ResponseHeaderEncoding)];

    public static IEnumerable<string> Find(IConfiguration configuration)
    {
        var routes = configuration.GetSection("ReverseProxy:Routes").GetChildren().SelectMany(route => Within(route, typeof(RouteConfig)).Concat(TimeoutFaults(route)));
        var clusters = configuration.GetSection("ReverseProxy:Clusters").GetChildren()
            .SelectMany(cluster => Within(cluster, typeof(ClusterConfig)).Concat(NotPositive(cluster.GetSection("HttpRequest:ActivityTimeout"))));
        return routes.Concat(clusters);
    }

    private static IEnumerable<string> Within(IConfigurationSection section, Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .SelectMany(property => Of(section.GetSection(property.Name), property));

    private static IEnumerable<string> Of(IConfigurationSection section, PropertyInfo property)
    {
        if (!section.Exists())
            return [];
        if (NotOffered.TryGetValue(property.Name, out var reason))
            return [$"{section.Path} must be left out, but was {ShownValue.Of(section)}: {reason}."];
        if (Encodings.Contains(property.Name) && section.Value is { Length: > 0 } encoding && !encoding.Equals("latin1", StringComparison.OrdinalIgnoreCase))
            return [$"{section.Path} must be latin1 or left out, but was {ShownValue.Of(encoding)}: header values pass byte for byte."];

        var type = property.PropertyType;
        if (type == typeof(SslProtocols?))
            return section.GetChildren().SelectMany(ProtocolFaults);
        if (ProxyValues.AllowedFor(type) is { } allowed)
            return string.IsNullOrEmpty(section.Value) || ProxyValues.CanRead(section.Value, type)
                ? section.GetChildren().Any() ? [$"{section.Path} must be {allowed}, but was {ShownValue.Of(section)}."] : []
                : [$"{section.Path} must be {allowed}, but was {ShownValue.Of(section.Value)}."];
        return EntryOf(type) is { } entry
            ? section.GetChildren().SelectMany(child => Within(child, entry))
            : IsSection(type) ? Within(section, type) : [];
    }

    private static IEnumerable<string> ProtocolFaults(IConfigurationSection protocol)
    {
        // By name: the numbers of the framework are nothing that an operator should have to know.
        if (!Enum.GetNames<SslProtocols>().Contains(protocol.Value, StringComparer.OrdinalIgnoreCase))
            yield return $"{protocol.Path} must be one of {string.Join(", ", Enum.GetNames<SslProtocols>())}, but was {ShownValue.Of(protocol)}.";
    }

    private static IEnumerable<string> TimeoutFaults(IConfigurationSection route)
    {
        var timeout = route.GetSection(nameof(RouteConfig.Timeout));
        foreach (var fault in NotPositive(timeout))
            yield return fault;

        var policy = route.GetSection(nameof(RouteConfig.TimeoutPolicy));
        if (policy.Value is not { Length: > 0 } name)
            yield break;
        if (!name.Equals("Disable", StringComparison.OrdinalIgnoreCase))
            yield return $"{policy.Path} must be Disable or left out, but was {ShownValue.Of(name)}: the gateway defines no other. {timeout.Path} sets a duration.";
        else if (timeout.Value is not null)
            yield return $"{policy.Path} must be left out with {timeout.Path}, but was {ShownValue.Of(name)}.";
    }

    private static IEnumerable<string> NotPositive(IConfigurationSection duration)
    {
        if (duration.Value is { } text && TimeSpan.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var span) && span <= TimeSpan.Zero)
            yield return $"{duration.Path} must be longer than 00:00:00, but was {ShownValue.Of(text)}.";
    }

    /// <summary>The type of the entries of a list or of a dictionary by names, where they are sections.</summary>
    private static Type? EntryOf(Type type) =>
        type.IsGenericType && type.GetGenericArguments()[^1] is var entry && IsSection(entry) ? entry : null;

    private static bool IsSection(Type type) => type.Assembly == typeof(RouteConfig).Assembly && type.IsClass;
}
