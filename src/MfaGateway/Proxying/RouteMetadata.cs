using MfaGateway.Access;

namespace MfaGateway.Proxying;

/// <summary>
/// The switches that a route can set in its YARP <c>Metadata</c>: each <c>true</c> or <c>false</c>, <c>false</c> by default.
/// </summary>
internal static class RouteMetadata
{
    /// <summary>What every key of the gateway begins with; others are left to YARP and its extensions.</summary>
    public const string Prefix = "MfaGateway.";

    /// <summary>An app that needs names with <c>_</c> gets them.</summary>
    public const string AllowUnderscoreHeaders = "MfaGateway.AllowUnderscoreHeaders";

    /// <summary>An app that needs <c>X-HTTP-Method-Override</c> gets it.</summary>
    public const string AllowMethodOverride = "MfaGateway.AllowMethodOverride";

    /// <summary>Requests with GET, HEAD and OPTIONS (the safe methods, RFC 9110 9.2.1) may have a body.</summary>
    public const string AllowBodyOnSafeMethods = "MfaGateway.AllowBodyOnSafeMethods";

    /// <summary>The route may take requests for paths of a stricter one, chosen by what a client sends.</summary>
    public const string AllowWeakerChoice = "MfaGateway.AllowWeakerChoice";

    private static readonly string[] Switches =
    [
        AllowUnderscoreHeaders, AllowMethodOverride, AllowBodyOnSafeMethods, AllowWeakerChoice, OriginGuardTransforms.AllowServiceWorkers, CrossSitePosts.Allow,
    ];

    private static readonly string[] All = [.. Switches, OriginGuardTransforms.AllowOriginHeaders];

    /// <summary>Whether the switch is on; a value that is neither true nor false stops the start before this is asked.</summary>
    public static bool IsSet(IReadOnlyDictionary<string, string>? metadata, string key) =>
        metadata?.GetValueOrDefault(key) is { } value && bool.TryParse(value, out var set) && set;

    /// <summary>What is wrong with the switch; null when it is not there, true or false.</summary>
    public static Exception? SwitchFault(string routeId, IReadOnlyDictionary<string, string>? metadata, string key) =>
        metadata?.GetValueOrDefault(key) is { } value && !bool.TryParse(value, out _)
            ? new ArgumentException($"{KeyOf(routeId, key)} must be true or false, but was \"{value}\".")
            : null;

    /// <summary>What is wrong with the keys of a route that the gateway does not know although they begin like its own.</summary>
    public static IEnumerable<Exception> UnknownFaults(string routeId, IReadOnlyDictionary<string, string>? metadata) =>
        from key in metadata?.Keys ?? []
        where key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !All.Contains(key, StringComparer.OrdinalIgnoreCase)
        select new ArgumentException($"{KeyOf(routeId, key)} is not a setting; those are {string.Join(", ", All)}.");

    /// <summary>The whole key in the configuration.</summary>
    public static string KeyOf(string routeId, string key) => $"ReverseProxy:Routes:{routeId}:Metadata:{key}";

    /// <summary>Everything that is wrong with the switches of a route.</summary>
    public static IEnumerable<Exception> Faults(string routeId, IReadOnlyDictionary<string, string>? metadata) =>
        Switches.Select(key => SwitchFault(routeId, metadata, key)).OfType<Exception>().Concat(UnknownFaults(routeId, metadata));
}
