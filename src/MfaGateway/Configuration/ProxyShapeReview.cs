using System.Globalization;
using System.Reflection;
using System.Security.Authentication;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway.Configuration;

/// <summary>
/// Compares each key of YARP's section with the types that it is read into: unknown keys, and values of another shape than their
/// key has (one text for a list, a list for one text). YARP reads both as if the key was not there.
/// </summary>
internal static class ProxyShapeReview
{
    private const string Section = "ReverseProxy";

    // Without an entry they restrict nothing.
    private static readonly string[] Restricting =
    [
        nameof(RouteMatch.Path), nameof(RouteMatch.Hosts), nameof(RouteMatch.Methods), nameof(RouteMatch.Headers),
        nameof(RouteMatch.QueryParameters), nameof(HttpClientConfig.SslProtocols),
    ];

    public static IEnumerable<string> Find(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var known = new Dictionary<string, Type>(StringComparer.OrdinalIgnoreCase)
        {
            ["Routes"] = typeof(IReadOnlyDictionary<string, RouteConfig>),
            ["Clusters"] = typeof(IReadOnlyDictionary<string, ClusterConfig>),
        };
        return OwnValue(section, "a section").Concat(Children(section, known));
    }

    private static IEnumerable<string> Children(IConfigurationSection section, Dictionary<string, Type> known) => section.GetChildren()
        .SelectMany(child => known.TryGetValue(child.Key, out var type) ? Of(child, type) : [UnknownKeys.Fault(child, known.Keys)]);

    private static IEnumerable<string> Of(IConfigurationSection section, Type type)
    {
        if (Restricting.Contains(section.Key, StringComparer.OrdinalIgnoreCase) && string.IsNullOrWhiteSpace(section.Value) && !section.GetChildren().Any())
            return [$"{section.Path} must be set, or be left out, but was {ShownValue.Of(section)}: without an entry it restricts nothing."];
        if (IsSection(type))
            return OwnValue(section, "a section").Concat(Children(section, Settings(type)));
        if (type == typeof(SslProtocols?))
            return List(section, typeof(string));
        if (!type.IsGenericType || type.IsValueType)
            return type == typeof(string) ? Text(section) : [];
        return type.GetGenericArguments() switch
        {
            [_, var named] => Names(section, named),
            [var entry] => List(section, entry),
            _ => [],
        };
    }

    private static IEnumerable<string> Names(IConfigurationSection section, Type named)
    {
        var entries = section.GetChildren().ToList();
        if (named == typeof(string) && entries.Exists(entry => IsIndex(entry.Key)))
            return [$"{section.Path} must be a section of names, but was a list."];
        return OwnValue(section, "a section").Concat(entries.SelectMany(entry => Of(entry, named)));
    }

    private static IEnumerable<string> List(IConfigurationSection section, Type entry)
    {
        var entries = section.GetChildren().ToList();
        if (entries.Exists(one => !IsIndex(one.Key)))
            return [$"{section.Path} must be a list, but was a section."];
        return OwnValue(section, "a list").Concat(entries.SelectMany(one => Of(one, entry)));
    }

    // RouteReview judges the policy, with the names there are; ProxySchemaReview the kinds that hold no text.
    private static IEnumerable<string> Text(IConfigurationSection section)
    {
        if (section.GetChildren().Any() && !section.Key.Equals(nameof(RouteConfig.AuthorizationPolicy), StringComparison.OrdinalIgnoreCase))
            yield return $"{section.Path} must be one text, but was {ShownValue.Of(section)}.";
    }

    // An empty list or section of a JSON file comes as an empty text.
    private static IEnumerable<string> OwnValue(IConfigurationSection section, string allowed)
    {
        if (!string.IsNullOrEmpty(section.Value))
            yield return $"{section.Path} must be {allowed}, but was {ShownValue.Of(section.Value)}.";
    }

    private static Dictionary<string, Type> Settings(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => !IsId(type, property.Name))
        .ToDictionary(property => property.Name, property => property.PropertyType, StringComparer.OrdinalIgnoreCase);

    // The name of the section is the id.
    private static bool IsId(Type type, string name) =>
        (type == typeof(RouteConfig) && name == nameof(RouteConfig.RouteId)) || (type == typeof(ClusterConfig) && name == nameof(ClusterConfig.ClusterId));

    private static bool IsSection(Type type) => type.Assembly == typeof(RouteConfig).Assembly && type.IsClass;

    private static bool IsIndex(string key) => int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
