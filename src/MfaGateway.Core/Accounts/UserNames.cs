using System.Globalization;
using System.Text;

namespace MfaGateway.Core.Accounts;

/// <summary>The one fold by which user names are compared, and what a name may be made of.</summary>
public static class UserNames
{
    /// <summary>In Unicode code points, of the name and of its fold.</summary>
    public const int MaxLength = 64;

    // In UTF-16 code units. Composing never shrinks text to a quarter, and an address is more than any name: what is longer folds to neither.
    private const int MaxComposedLength = 4 * EmailAddress.MaxLength;

    // Delimiters of what the name travels in: group lists, paths of apps that keep files by user, Basic credentials.
    private const string Delimiters = "/\\,:";

    /// <summary>
    /// Compatibility forms undone (a full-width "Ａ" is "A"), letter case ignored the same way on every machine, blanks
    /// at the ends dropped. Two names are one if their folds are equal. Takes whatever a stranger sends; what is not
    /// text (lone surrogates, U+FFFE, NUL) becomes U+FFFD, which no account's name holds. What is too long for any name keeps its
    /// compatibility forms: composing takes the square of a run of marks, and this is done before anything is counted.
    /// </summary>
    public static string Fold(string typed)
    {
        var text = WellFormed(typed.Trim()).Replace('\0', '\uFFFD');
        if (text.Length > MaxComposedLength)
            return ToOneCase(text);

        var folded = ToOneCase(Compose(text));
        // Changing case can leave letters and marks that compose once more.
        return Compose(folded).Trim();
    }

    /// <summary>Judges a name for a new account. E-mail addresses and names in any script are fine.</summary>
    /// <returns>Null if the name may be used; otherwise one sentence that says what to change.</returns>
    public static string? Validate(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
            return "Choose a user name.";
        if (name != name.Trim())
            return "Leave out the blanks before and after the user name.";
        // Both, because "℀" is harmless itself and "a/c" once folded.
        var fold = Fold(name);
        if (name.EnumerateRunes().Count() > MaxLength || fold.EnumerateRunes().Count() > MaxLength)
            return "Choose a user name of at most 64 characters.";
        if (name.EnumerateRunes().Concat(fold.EnumerateRunes()).Any(IsForbidden))
            return "Choose a user name without commas, colons, slashes, backslashes and invisible characters.";
        // A dash reads as an option on a command line; dots as folders where files are kept by user name.
        if (fold[0] is '-' or '.')
            return "Choose a user name that does not begin with a dash or a dot.";
        return null;
    }

    private static bool IsForbidden(Rune rune)
    {
        if (rune == Rune.ReplacementChar || (rune.IsAscii && Delimiters.Contains((char)rune.Value, StringComparison.Ordinal)))
            return true;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate => true,
            UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
            UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => true,
            UnicodeCategory.SpaceSeparator => rune.Value != ' ',
            _ => false,
        };
    }

    // Upper case first: letters that share only their capital ("ς" and "σ") meet there.
    private static string ToOneCase(string text) => text.ToUpperInvariant().ToLowerInvariant();

    private static string Compose(string text) => text.Normalize(NormalizationForm.FormKC);

    private static string WellFormed(string typed)
    {
        var text = new StringBuilder(typed.Length);
        foreach (var rune in typed.EnumerateRunes()) // lone surrogates come out as U+FFFD
            text.Append(rune.ToString());
        return text.Replace('\uFFFE', '\uFFFD').ToString(); // normalization throws on it
    }
}
