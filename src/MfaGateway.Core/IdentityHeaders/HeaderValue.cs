using System.Globalization;
using System.Text;

namespace MfaGateway.Core.IdentityHeaders;

/// <summary>How text about a person becomes the value of a plain header.</summary>
public static class HeaderValue
{
    /// <summary>
    /// The most bytes a group list may take, in the plain header and (as JSON) in the assertion. Common servers end a
    /// header line at 8,190 bytes and all lines at 16 KiB; with both lists at the cap, either stays below.
    /// </summary>
    public const int MaximumGroupBytes = 4096;

    /// <summary>
    /// Printable ASCII stays as it is, but for <c>%</c>. That, and each byte of UTF-8 that is not printable ASCII, is
    /// written <c>%XX</c>: no two texts become one value, and every value is undone the same way.
    /// </summary>
    public static string Encode(string text) => IsPlain(text) ? text : PercentEncode(text, escaped: '%');

    /// <summary>
    /// Groups in their order, with commas between; it ends before the first that would pass
    /// <see cref="MaximumGroupBytes"/>, so that no name is ever cut in two.
    /// </summary>
    public static GroupList JoinGroups(IEnumerable<string> groups)
    {
        var list = new StringBuilder();
        foreach (var group in groups)
        {
            // A delimiter is refused when a group is made; one that got in another way must not become two groups.
            var text = group.Contains(IdentityText.GroupDelimiter, StringComparison.Ordinal)
                ? PercentEncode(group, IdentityText.GroupDelimiter)
                : Encode(group);
            var separator = list.Length == 0 ? 0 : 1;
            if (list.Length + separator + text.Length > MaximumGroupBytes)
                return new GroupList(list.ToString(), WasCut: true);
            if (separator == 1)
                list.Append(IdentityText.GroupDelimiter);
            list.Append(text);
        }

        return new GroupList(list.ToString(), WasCut: false);
    }

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains('%', StringComparison.Ordinal);

    private static string PercentEncode(string text, char escaped)
    {
        var encoded = new StringBuilder(text.Length * 2);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (octet is >= (byte)' ' and <= (byte)'~' && octet != '%' && octet != escaped)
                encoded.Append((char)octet);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return encoded.ToString();
    }
}

/// <summary>A list of groups as a header value.</summary>
/// <param name="Value">ASCII; at most <see cref="HeaderValue.MaximumGroupBytes"/> long.</param>
/// <param name="WasCut">There were more groups than fit.</param>
public readonly record struct GroupList(string Value, bool WasCut);
