namespace MfaGateway.Proxying;

/// <summary>Reads switches out of a route's <c>Metadata</c>, and says what is wrong with them.</summary>
internal static class RouteMetadata
{
    /// <summary>Whether the switch is on; a value that is neither true nor false stops the start before this is asked.</summary>
    public static bool IsSet(IReadOnlyDictionary<string, string>? metadata, string key) =>
        metadata?.GetValueOrDefault(key) is { } value && bool.TryParse(value, out var set) && set;

    /// <summary>What is wrong with the switch; null when it is not there, true or false.</summary>
    public static Exception? SwitchFault(string routeId, IReadOnlyDictionary<string, string>? metadata, string key) =>
        metadata?.GetValueOrDefault(key) is { } value && !bool.TryParse(value, out _)
            ? new ArgumentException($"Metadata {key} of route '{routeId}' must be true or false, but was \"{value}\".")
            : null;
}
