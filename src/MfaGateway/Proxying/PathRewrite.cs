namespace MfaGateway.Proxying;

/// <summary>What a route's configured transforms do to the path and the query.</summary>
/// <param name="Steps">Prefixes that are removed and put before, in order.</param>
/// <param name="IsReplaced">The path is set or built from a pattern, so nothing of the original bytes is left to keep.</param>
/// <param name="ChangesQuery">Some transform may change the query.</param>
internal sealed record PathRewrite(IReadOnlyList<PathRewrite.Step> Steps, bool IsReplaced, bool ChangesQuery)
{
    /// <param name="Prefix">Decoded, with a leading slash.</param>
    /// <param name="IsRemoved">Whether it is removed, or put before.</param>
    internal sealed record Step(PathString Prefix, bool IsRemoved);

    public bool ChangesPath => IsReplaced || Steps.Count > 0;

    /// <summary>Whether a target that is resolved as a path keeps so many of its first segments that it leads to the same place rewritten or not.</summary>
    /// <param name="floor">Null where none is sure.</param>
    public bool Keeps(int? floor) =>
        !IsReplaced && floor >= Steps.Where(step => step.IsRemoved).Sum(step => (step.Prefix.Value ?? "").TrimEnd('/').Count(c => c == '/'));

    public static PathRewrite Of(IReadOnlyList<IReadOnlyDictionary<string, string>>? transforms)
    {
        var steps = new List<Step>();
        var isReplaced = false;
        var changesQuery = false;
        foreach (var name in (transforms ?? []).SelectMany(transform => transform))
        {
            if (name.Key.Equals("PathRemovePrefix", StringComparison.OrdinalIgnoreCase))
                steps.Add(new Step(ToPath(name.Value), true));
            else if (name.Key.Equals("PathPrefix", StringComparison.OrdinalIgnoreCase))
                steps.Add(new Step(ToPath(name.Value), false));
            else if (name.Key.StartsWith("Path", StringComparison.OrdinalIgnoreCase))
                isReplaced = true;
            else if (name.Key.StartsWith("Query", StringComparison.OrdinalIgnoreCase))
                changesQuery = true;
        }
        return new PathRewrite(steps, isReplaced, changesQuery);
    }

    /// <summary>
    /// Does to the raw path what YARP does to the decoded one. Null where the raw path does not begin with a prefix that
    /// the decoded one begins with.
    /// </summary>
    /// <param name="rawPath">As received, with a leading slash, without the query.</param>
    /// <param name="path">As the server decoded it.</param>
    /// <param name="rewritten">The decoded path, rewritten.</param>
    public string? Apply(string rawPath, PathString path, out PathString rewritten)
    {
        rewritten = path;
        foreach (var step in Steps)
        {
            if (!step.IsRemoved)
            {
                rewritten = step.Prefix + rewritten;
                rawPath = step.Prefix.ToUriComponent() + rawPath;
            }
            else if (rewritten.StartsWithSegments(step.Prefix, StringComparison.OrdinalIgnoreCase, out var rest))
            {
                if (RawLength(rawPath, step.Prefix.Value ?? "") is not { } length)
                    return null;
                rewritten = rest;
                rawPath = rawPath[length..];
            }
        }
        return rawPath;
    }

    /// <summary>The length of the raw segments that stand for the prefix.</summary>
    private static int? RawLength(string rawPath, string prefix)
    {
        var end = 0;
        for (var slashes = prefix.Count(c => c == '/'); slashes > 0 && end >= 0 && end < rawPath.Length; slashes--)
            end = rawPath.IndexOf('/', end + 1) is var next and >= 0 ? next : rawPath.Length;
        return Uri.UnescapeDataString(rawPath.AsSpan(0, end)).Equals(prefix, StringComparison.OrdinalIgnoreCase) ? end : null;
    }

    private static PathString ToPath(string value) => value.StartsWith('/') ? value : "/" + value;
}
