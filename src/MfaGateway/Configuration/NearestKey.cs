namespace MfaGateway.Configuration;

/// <summary>Which known key an unknown one was meant to be.</summary>
internal static class NearestKey
{
    /// <summary>The known key with the fewest letters to change; a right name in the wrong section counts as near.</summary>
    public static string Of(string key, IEnumerable<string> known) =>
        known.MinBy(candidate => Math.Min(Distance(key, candidate), 2 + 2 * Distance(Last(key), Last(candidate))))
        ?? throw new ArgumentException("There must be a known key.", nameof(known));

    /// <summary>The known name that differs by a slip of the hand, or by a missing or additional word; null where none does.</summary>
    public static string? IfNear(string name, IEnumerable<string> known)
    {
        var folded = Fold(name);
        var (nearest, distance) = known.Select(candidate => (candidate, Distance(folded, Fold(candidate)))).MinBy(pair => pair.Item2);
        return distance <= Math.Max(1, folded.Length / 3)
            ? nearest
            : known.FirstOrDefault(candidate => folded.Length > 2 && candidate.Contains(folded, StringComparison.OrdinalIgnoreCase));
    }

    private static string Fold(string name) => string.Concat(name.Where(char.IsLetterOrDigit));

    private static string Last(string key) => key[(key.LastIndexOf(':') + 1)..];

    // Levenshtein's, letter case ignored.
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var same = char.ToUpperInvariant(from[i - 1]) == char.ToUpperInvariant(to[j - 1]);
                var best = Math.Min(diagonal + (same ? 0 : 1), 1 + Math.Min(row[j], row[j - 1]));
                (diagonal, row[j]) = (row[j], best);
            }
        }

        return row[^1];
    }
}
