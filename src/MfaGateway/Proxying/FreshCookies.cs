using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace MfaGateway.Proxying;

/// <summary>
/// Gives an app's cookies a mark of the person that they were set for, and sends the app those of the person alone who is signed
/// in, without the mark. What is kept is in the browser; a cookie at any path, of any age, is distinguished.
/// </summary>
internal static class FreshCookies
{
    private const int MarkBytes = 9;
    private const char End = '.';

    /// <summary>What stands in front of each value.</summary>
    /// <param name="accountId">Null where no one is signed in.</param>
    public static string MarkOf(string? accountId)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes("app-cookies:" + accountId));
        return Base64Url.EncodeToString(hash.AsSpan(0, MarkBytes)) + End;
    }

    /// <summary>The cookies of a <c>Cookie</c> value that have the mark, without it; null when there are none.</summary>
    public static string? Of(string mark, string cookies)
    {
        var kept = new StringBuilder(cookies.Length);
        foreach (var range in cookies.AsSpan().Split(';'))
        {
            var pair = cookies.AsSpan(range).Trim(' ');
            var value = pair.IndexOf('=') + 1;
            if (value == 0 || !pair[value..].StartsWith(mark, StringComparison.Ordinal))
                continue;
            if (kept.Length > 0)
                kept.Append("; ");
            kept.Append(pair[..value]).Append(pair[(value + mark.Length)..]);
        }

        return kept.Length == 0 ? null : kept.ToString();
    }

    /// <summary>Marks the values of <c>Set-Cookie</c>. One without a name stays as it is, and is never sent back to the app.</summary>
    /// <param name="ofApp">Those of the app; others are left alone.</param>
    public static StringValues Mark(string mark, StringValues setCookies, IReadOnlyCollection<string> ofApp)
    {
        var marked = new string?[setCookies.Count];
        for (var i = 0; i < marked.Length; i++)
        {
            var line = setCookies[i];
            var equals = line?.IndexOf('=', StringComparison.Ordinal) ?? -1;
            var attributes = line?.IndexOf(';', StringComparison.Ordinal) ?? -1;
            marked[i] = equals > 0 && ofApp.Contains(line!) && (attributes < 0 || equals < attributes)
                ? string.Concat(line.AsSpan(0, SkipBlanks(line!, equals + 1)), mark, line.AsSpan(SkipBlanks(line!, equals + 1)))
                : line;
        }

        return marked;
    }

    // Browsers drop blanks in front of a value (RFC 6265 5.2).
    private static int SkipBlanks(string line, int from)
    {
        while (from < line.Length && line[from] is ' ' or '\t')
            from++;
        return from;
    }
}
