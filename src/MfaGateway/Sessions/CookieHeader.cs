using Microsoft.Extensions.Primitives;

namespace MfaGateway.Sessions;

/// <summary>Reads one cookie from the raw header, without the dictionary that the framework would build on each request.</summary>
public static class CookieHeader
{
    /// <summary>The value of the only cookie of that name.</summary>
    /// <param name="name">Compared exactly, as browsers do (RFC 6265 section 4.2.1).</param>
    /// <returns>
    /// False when there is none, and when there are two: somebody else has set one of them (a sibling host, plain HTTP),
    /// and which one is ours can't be told.
    /// </returns>
    public static bool TryFindSingle(StringValues header, string name, out ReadOnlySpan<char> value)
    {
        value = default;
        var found = false;
        foreach (var line in header)
        {
            var rest = line.AsSpan();
            while (!rest.IsEmpty)
            {
                var end = rest.IndexOf(';');
                var pair = (end < 0 ? rest : rest[..end]).Trim(' ');
                rest = end < 0 ? default : rest[(end + 1)..];

                if (!pair.StartsWith(name, StringComparison.Ordinal) || pair.Length <= name.Length || pair[name.Length] != '=')
                    continue;

                if (found)
                {
                    value = default;
                    return false;
                }

                found = true;
                value = pair[(name.Length + 1)..];
            }
        }

        return found;
    }
}
