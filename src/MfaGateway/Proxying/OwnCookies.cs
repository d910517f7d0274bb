using System.Text;
using Microsoft.Extensions.Primitives;

namespace MfaGateway.Proxying;

/// <summary>Keeps the gateway's own cookies between it and the browser.</summary>
internal sealed class OwnCookies(IReadOnlyCollection<string> names)
{
    private readonly string[] names = [.. names];

    /// <summary>A <c>Cookie</c> value without ours; the rest byte for byte. Null when nothing is left, the same object when none was ours.</summary>
    public string? Without(string cookies)
    {
        if (!Array.Exists(names, name => cookies.Contains(name, StringComparison.OrdinalIgnoreCase)))
            return cookies;

        var kept = new StringBuilder(cookies.Length);
        var isFirst = true;
        var isAllKept = true;
        foreach (var range in cookies.AsSpan().Split(';'))
        {
            var pair = cookies.AsSpan(range);
            if (IsOurs(pair))
            {
                isAllKept = false;
                continue;
            }

            // What moves to the front does so without the blank that divided it from the one before.
            if (!isFirst)
                kept.Append(';');
            else if (!isAllKept && pair.StartsWith(" "))
                pair = pair[1..];
            kept.Append(pair);
            isFirst = false;
        }

        if (isAllKept)
            return cookies;
        var rest = kept.ToString();
        return string.IsNullOrWhiteSpace(rest) ? null : rest;
    }

    /// <summary>An upstream's <c>Set-Cookie</c> values but for those that set or clear one of ours.</summary>
    public StringValues WithoutOurs(StringValues setCookies)
    {
        foreach (var value in setCookies)
        {
            if (value is not null && IsOurs(FirstPair(value)))
                return new StringValues([.. setCookies.Where(each => each is null || !IsOurs(FirstPair(each)))]);
        }

        return setCookies;
    }

    /// <summary><c>Clear-Site-Data</c> without what would clear ours along with the app's own.</summary>
    public static StringValues WithoutCookieClearing(StringValues clearSiteData)
    {
        var directives = clearSiteData.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var kept = directives.Where(directive => directive.Trim('"').Trim() is not ("*" or "cookies")
            && !directive.Trim('"').Trim().Equals("cookies", StringComparison.OrdinalIgnoreCase)).ToArray();
        return kept.Length == directives.Length ? clearSiteData : new StringValues(kept.Length == 0 ? null : string.Join(", ", kept));
    }

    private static ReadOnlySpan<char> FirstPair(string setCookie)
    {
        var end = setCookie.IndexOf(';', StringComparison.Ordinal);
        return end < 0 ? setCookie : setCookie.AsSpan(0, end);
    }

    // Browsers take "=name=value" and "name" for a cookie without a name, and send it back as if it were ours.
    private bool IsOurs(ReadOnlySpan<char> pair)
    {
        var name = pair.TrimStart(" \t=");
        var equals = name.IndexOf('=');
        name = (equals < 0 ? name : name[..equals]).TrimEnd(" \t");
        foreach (var ours in names)
        {
            if (name.Equals(ours, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
