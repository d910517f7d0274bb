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
            if (!char.IsSurrogate(value[i]))
                continue;
            if (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[i + 1]))
                return "must be well-formed Unicode.";
            i++;
        }

        return null;
    }

    /// <summary>The same for a group name, which moreover may not be blank or hold the delimiter.</summary>
    public static string? ValidateGroup(string value)
    {
        if (string.IsNullOrWhiteSpace(value))
            return "must not be blank.";
        return value.Contains(GroupDelimiter, StringComparison.Ordinal)
            ? $"must not hold '{GroupDelimiter}'."
            : Validate(value);
    }
}
