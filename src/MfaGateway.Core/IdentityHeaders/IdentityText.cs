using System.Globalization;

namespace MfaGateway.Core.IdentityHeaders;

/// <summary>
/// What may be stored of a person that is later written into a header or a token. Checked when an account is made or
/// changed, so that no request ever fails on it.
/// </summary>
public static class IdentityText
{
    /// <summary>In UTF-16 units; the same for names, addresses and group names.</summary>
    public const int MaximumLength = 256;

    /// <summary>The delimiter of group lists in plain headers.</summary>
    public const char GroupDelimiter = ',';

    /// <summary>What is wrong with a user name, e-mail address or display name, as the end of a sentence; null when nothing is.</summary>
    public static string? Validate(string value)
    {
        if (value.Length > MaximumLength)
            return $"must be at most {MaximumLength} characters long.";
        for (var i = 0; i < value.Length; i++)
        {
            // CR and LF would end a header, NUL ends strings in many an upstream; no control character has a use here.
            if (char.IsControl(value[i]))
                return "must not hold control characters.";
            if (IsInvisible(value[i]))
                return "must not hold invisible characters.";
            if (!char.IsSurrogate(value[i]))
                continue;
            if (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[i + 1]))
                return "must be well-formed Unicode.";
            i++;
        }

        return null;
    }

    /// <summary>
    /// Two names that look the same must be the same: no zero-width or direction marks, no byte order mark, nothing that replaced bytes
    /// which could not be read. The joiners (U+200C, U+200D) are part of the spelling in several scripts, and stay.
    /// </summary>
    private static bool IsInvisible(char c) => c switch
    {
        '\u200C' or '\u200D' => false,
        '\uFFFD' => true,
        _ => char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator,
    };

    /// <summary>The same for a group name, which moreover may not be blank or hold the delimiter.</summary>
    public static string? ValidateGroup(string value)
    {
        if (string.IsNullOrWhiteSpace(value))
            return "must not be blank.";
        if (value.Contains(GroupDelimiter, StringComparison.Ordinal))
            return $"must not hold '{GroupDelimiter}'.";

        // Groups grant access: here a joiner makes two names of one, too.
        return value.AsSpan().ContainsAny('\u200C', '\u200D') ? "must not hold invisible characters." : Validate(value);
    }
}
