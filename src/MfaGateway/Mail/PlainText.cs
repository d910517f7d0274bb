using System.Text;
using System.Text.RegularExpressions;

namespace MfaGateway.Mail;

/// <summary>How the text part of a mail is set.</summary>
internal static partial class PlainText
{
    private const int LongestLine = 72;

    /// <summary>Breaks at blanks alone, so that a link stays whole.</summary>
    public static string Wrap(string paragraph)
    {
        var (wrapped, used) = (new StringBuilder(), 0);
        foreach (var word in paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var fits = used + 1 + word.Length <= LongestLine;
            if (used > 0)
                wrapped.Append(fits ? ' ' : '\n');
            used = used > 0 && fits ? used + 1 + word.Length : word.Length;
            wrapped.Append(word);
        }

        return wrapped.ToString();
    }

    /// <summary>Sets values below each other.</summary>
    public static IReadOnlyList<(string Label, string Value)> Align(IReadOnlyList<(string Label, string Value)> facts)
    {
        var width = facts.Select(fact => fact.Label.Length).DefaultIfEmpty().Max() + 2;
        return [.. facts.Select(fact => (fact.Label.PadRight(width), fact.Value))];
    }

    /// <summary>What people chose (a device's name, a reason) makes no lines of its own.</summary>
    public static string OnOneLine(string text) => string.Concat(text.Select(c => IsLineEnd(c) ? ' ' : c)).Trim();

    // U+2028 and U+2029 are no controls, and yet end lines.
    private static bool IsLineEnd(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';

    /// <summary>One empty line between paragraphs, none at the beginning, one line end at the end.</summary>
    public static string Tidy(string text) => EmptyLines().Replace(text.ReplaceLineEndings("\n"), "\n\n").Trim('\n') + "\n";

    [GeneratedRegex(@"\n[ \t]*(\n[ \t]*)+\n", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EmptyLines();
}
