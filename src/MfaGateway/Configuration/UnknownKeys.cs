namespace MfaGateway.Configuration;

/// <summary>Keys that no one reads: a misspelt one would be passed over together with what it demands.</summary>
internal static class UnknownKeys
{
    /// <summary>One line: the key, and the known one that was probably meant, or all known ones.</summary>
    /// <param name="known">Names that the section of the key may hold.</param>
    public static string Fault(IConfigurationSection section, IReadOnlyCollection<string> known)
    {
        var parent = section.Path[..^section.Key.Length];
        return NearestKey.IfNear(section.Key, known) is { } meant
            ? $"{parent}{Shown(section.Key)} is not a setting; did you mean {parent}{meant}?"
            : $"{parent}{Shown(section.Key)} is not a setting; those here are {string.Join(", ", known)}.";
    }

    /// <summary>In quotes where blanks and letters of other alphabets would not be seen.</summary>
    public static string Shown(string key) => key.Length > 0 && key.All(c => c is > ' ' and <= '~') ? key : ShownValue.Of(key);
}
