using System.Text;

namespace MfaGateway.Core.Factors.Passwords;

/// <summary>
/// What is left of a password when the usual decoration is taken away: "P@ssw0rd-2024!" is "password". People
/// decorate alike, and those who guess know it.
/// </summary>
internal static class PasswordKernel
{
    // Digits and signs at the two ends that count as decoration; more than that may well be the secret itself.
    private const int MaxDecoration = 6;

    /// <summary>All readings worth looking up, in lower case: whole, bare, undecorated, with look-alike signs undone, repeated units once.</summary>
    public static IReadOnlySet<string> Of(string password)
    {
        var folded = Fold(password);
        var readings = new HashSet<string>(StringComparer.Ordinal) { folded };
        // The middle one for "4da-lovelace!!", where a sign stands for the first letter.
        foreach (var reading in new[] { folded, Undecorated(folded, atEndAlone: true), Undecorated(folded) })
        {
            readings.Add(Bare(reading));
            readings.Add(Bare(UndoLookAlikes(reading, one: 'i')));
            readings.Add(Bare(UndoLookAlikes(reading, one: 'l')));
        }

        readings.UnionWith(readings.Select(RepeatedUnit).ToList());
        readings.UnionWith(readings.Select(reading => Undecorated(reading)).ToList());
        readings.Remove("");
        return readings;
    }

    /// <summary>Compatibility forms and letter case undone.</summary>
    public static string Fold(string text) => text.Normalize(NormalizationForm.FormKC).ToLowerInvariant();

    /// <summary>"abcabcab" is "abc"; text that is no repetition (the unit at least twice) stays as it is.</summary>
    public static string RepeatedUnit(string text)
    {
        // The longest border of every prefix (Knuth, Morris and Pratt): linear also for hostile text.
        var border = new int[text.Length + 1];
        for (int i = 1, length = 0; i < text.Length; i++)
        {
            while (length > 0 && char.ToLowerInvariant(text[i]) != char.ToLowerInvariant(text[length]))
                length = border[length];
            if (char.ToLowerInvariant(text[i]) == char.ToLowerInvariant(text[length]))
                length++;
            border[i + 1] = length;
        }

        var period = text.Length - border[text.Length];
        return period * 2 <= text.Length ? text[..period] : text;
    }

    public static string LettersAndDigits(string text) => string.Concat(text.Where(char.IsLetterOrDigit));

    private static string Bare(string text)
    {
        var signs = text.Count(c => !char.IsLetterOrDigit(c) && !" -_.,'".Contains(c, StringComparison.Ordinal));
        return signs <= MaxDecoration ? LettersAndDigits(text) : text;
    }

    private static string Undecorated(string text, bool atEndAlone = false)
    {
        var kernel = text.AsSpan();
        while (!atEndAlone && kernel.Length > 0 && !char.IsLetter(kernel[0]))
            kernel = kernel[1..];
        while (kernel.Length > 0 && !char.IsLetter(kernel[^1]))
            kernel = kernel[..^1];
        return text.Length - kernel.Length <= MaxDecoration ? kernel.ToString() : text;
    }

    private static string UndoLookAlikes(string text, char one) => string.Create(text.Length, (text, one), static (span, state) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = state.text[i] switch
            {
                '@' or '4' => 'a',
                '3' or '€' => 'e',
                '0' => 'o',
                '$' or '5' => 's',
                '7' or '+' => 't',
                '1' or '!' or '|' => state.one,
                var other => other,
            };
        }
    });
}
