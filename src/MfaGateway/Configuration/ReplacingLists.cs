namespace MfaGateway.Configuration;

/// <summary>
/// Puts sources over each other as the framework does, but for lists: the framework merges them by position, so that the second of two
/// groups would still have access after a later source names one alone. Here the later list is the whole list.
/// </summary>
internal static class ReplacingLists
{
    // Lists of texts in YARP's section. Lists of objects (Transforms, Headers, QueryParameters) merge by position.
    private static readonly string[][] Patterns =
    [
        .. SettingKeys.Lists.Select(key => $"{GatewayOptions.SectionName}:{key}")
            .Append("ReverseProxy:Routes:*:Match:Hosts")
            .Append("ReverseProxy:Routes:*:Match:Methods")
            .Append("ReverseProxy:Routes:*:Match:Headers:*:Values")
            .Append("ReverseProxy:Routes:*:Match:QueryParameters:*:Values")
            .Append("ReverseProxy:Clusters:*:HttpClient:SslProtocols")
            .Select(key => key.Split(':')),
    ];

    /// <param name="providers">The later over the earlier.</param>
    public static Dictionary<string, string?> Merge(IEnumerable<IConfigurationProvider> providers)
    {
        var merged = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var provider in providers)
        {
            var settings = Read(provider, parent: null).ToList();
            var replaced = settings.Select(setting => ListOf(setting.Key)).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
            if (replaced.Count > 0)
            {
                foreach (var key in merged.Keys.Where(key => ListOf(key) is { } list && replaced.Contains(list)).ToList())
                    merged.Remove(key);
            }
            foreach (var (key, value) in settings)
                merged[key] = value;
        }
        return merged;
    }

    /// <summary>The key of the list that the setting is, or is an entry of; null for none.</summary>
    private static string? ListOf(string key)
    {
        var parts = key.Split(':');
        foreach (var pattern in Patterns)
        {
            if (parts.Length >= pattern.Length && parts.Length <= pattern.Length + 1 && Matches(parts, pattern))
                return string.Join(':', parts, 0, pattern.Length);
        }
        return null;
    }

    private static bool Matches(string[] parts, string[] pattern)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != SettingKeys.AnyName && !pattern[i].Equals(parts[i], StringComparison.OrdinalIgnoreCase))
                return false;
        }
        return true;
    }

    private static IEnumerable<(string Key, string? Value)> Read(IConfigurationProvider provider, string? parent)
    {
        foreach (var child in provider.GetChildKeys([], parent).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var key = parent is null ? child : ConfigurationPath.Combine(parent, child);
            if (provider.TryGet(key, out var value))
                yield return (key, value);
            foreach (var below in Read(provider, key))
                yield return below;
        }
    }
}
