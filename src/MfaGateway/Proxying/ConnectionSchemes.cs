using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;

namespace MfaGateway.Proxying;

/// <summary>
/// Authentication schemes that authenticate a connection and not a request (RFC 4559 6): after the handshake every request
/// on the connection is that person's, whichever client sent it. Windows' own and those that are negotiated by them.
/// </summary>
internal static class ConnectionSchemes
{
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "NTLM", "Negotiate", "Nego2", "Kerberos", "CredSSP");

    /// <summary>Whether a field value of <c>Authorization</c> uses one of them.</summary>
    public static bool AreIn(string? credentials) =>
        Elements(credentials ?? "").Exists(element => SchemeOf(element) is { } scheme && Names.Contains(scheme));

    /// <summary>The challenges of <c>WWW-Authenticate</c> or <c>Proxy-Authenticate</c> that use other schemes; the same object where all do.</summary>
    public static StringValues Without(StringValues challenges)
    {
        if (!challenges.Any(AreIn))
            return challenges;
        var kept = new List<string>();
        foreach (var value in challenges)
        {
            var isKept = true;
            var parts = new List<string>();
            foreach (var element in Elements(value ?? ""))
            {
                // A parameter belongs to the challenge before it.
                if (SchemeOf(element) is { } scheme)
                    isKept = !Names.Contains(scheme);
                if (isKept)
                    parts.Add(element);
            }

            if (parts.Count > 0)
                kept.Add(string.Join(", ", parts));
        }

        return new StringValues([.. kept]);
    }

    // The elements of a list (RFC 9110 5.6.1); a comma in a quoted string divides nothing.
    private static List<string> Elements(string value)
    {
        var elements = new List<string>();
        var (start, isQuoted) = (0, false);
        for (var i = 0; i <= value.Length; i++)
        {
            if (i < value.Length && value[i] == '\\' && isQuoted)
                i++;
            else if (i < value.Length && value[i] == '"')
                isQuoted = !isQuoted;
            else if (i >= value.Length || (value[i] == ',' && !isQuoted))
                AddElement(elements, value, start, Math.Min(i, value.Length), out start);
        }

        return elements;
    }

    private static void AddElement(List<string> elements, string value, int from, int to, out int next)
    {
        next = to + 1;
        if (from < to && value[from..to].Trim() is { Length: > 0 } element)
            elements.Add(element);
    }

    /// <summary>The scheme that an element begins with; null for a parameter, <c>name=value</c>.</summary>
    private static string? SchemeOf(string element)
    {
        var end = 0;
        while (end < element.Length && (char.IsAsciiLetterOrDigit(element[end]) || "!#$%&'*+-.^_`|~".Contains(element[end])))
            end++;
        return element.AsSpan(end).TrimStart().StartsWith("=") ? null : element[..end];
    }
}
