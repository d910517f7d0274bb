using System.Globalization;
using System.Text;

namespace MfaGateway.Core.Access;

/// <summary>
/// Unicode normalization of what strangers send, in time that grows with its length: putting a run of combining marks in order takes the square of
/// the run. Text that is written has a few marks in a row.
/// </summary>
internal static class BoundedNormalization
{
    // UAX #15, 13 (Stream-Safe Text Format): what is longer is no text of any script.
    private const int MaxMarks = 30;

    // A combining grapheme joiner, which is a mark that no other one moves across.
    private const char Joiner = '\u034F';

    /// <summary>
    /// Normalizes. Longer runs of marks are cut by joiners, as UAX #15 does it: they stay long runs of marks, which are no delimiter, dot or
    /// letter of a path that has none.
    /// </summary>
    public static string Normalize(string text, NormalizationForm form) => CutRuns(text).Normalize(form);

    private static string CutRuns(string text)
    {
        var cut = new StringBuilder(text.Length);
        var (marks, anyCut) = (0, false);
        foreach (var rune in text.EnumerateRunes())
        {
            marks = IsMark(rune) ? marks + 1 : 0;
            if (marks > MaxMarks)
            {
                cut.Append(Joiner);
                (marks, anyCut) = (1, true);
            }

            cut.Append(rune.ToString());
        }

        return anyCut ? cut.ToString() : text;
    }

    // The half-width sound marks are letters by category, and marks once decomposed.
    private static bool IsMark(Rune rune) => rune.Value is 0xFF9E or 0xFF9F || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}
