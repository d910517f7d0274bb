namespace MfaGateway.Configuration;

/// <summary>Which known key somebody meant.</summary>
internal static class NearestKey
{
    /// <summary>The known key with the fewest letters to change; a right name in the wrong section counts as near.</summary>
    public static string Of(string key, IEnumerable<string> known) =>
        known.MinBy(candidate => Math.Min(Distance(key, candidate), 2 + 2 * Distance(Last(key), Last(candidate))))
        ?? throw new ArgumentException("There must be a known key.", nameof(known));

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
