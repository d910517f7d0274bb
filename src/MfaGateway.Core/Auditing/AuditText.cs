using System.Globalization;
using System.Text;

namespace MfaGateway.Core.Auditing;

/// <summary>Texts as the audit keeps them, so that every engine gives back what the chain was computed over.</summary>
public static class AuditText
{
    /// <summary>In characters (UTF-16 units).</summary>
    public const int Longest = 200;

    /// <summary>
    /// Cut to <see cref="Longest"/>; what is no character of a line (controls, marks that turn text around, halves of
    /// surrogate pairs) becomes U+FFFD: a name that somebody typed must not forge lines in a listing.
    /// </summary>
    public static string? Clean(string? text)
    {
        if (text is null)
            return null;

        var clean = new StringBuilder(Math.Min(text.Length, Longest));
        foreach (var rune in text.EnumerateRunes())
        {
            var kept = IsOfALine(rune) ? rune : Rune.ReplacementChar;
            if (clean.Length + kept.Utf16SequenceLength > Longest)
                break;
            clean.Append(kept);
        }

        return clean.ToString();
    }

    /// <summary>The entry with all its texts clean.</summary>
    public static AuditEntry Clean(AuditEntry entry) => entry with
    {
        Event = Clean(entry.Event)!,
        AccountId = Clean(entry.AccountId),
        Actor = Clean(entry.Actor),
        ClientAddress = Clean(entry.ClientAddress),
        Detail = Clean(entry.Detail),
    };

    private static bool IsOfALine(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
