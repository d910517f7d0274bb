using System.Globalization;
using System.Text;

namespace MfaGateway.Configuration;

/// <summary>A configured value as a fault line shows it: on one line, bounded, numbers bare and the rest in quotes.</summary>
internal static class ShownValue
{
    private const int Longest = 80;

    /// <summary>What a key holds, whatever its shape.</summary>
    public static string Of(IConfigurationSection section)
    {
        var children = section.GetChildren().ToList();
        if (children.Count > 0)
            return children.TrueForAll(child => int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)) ? "a list" : "a section";
        return section.Value is { } value ? Of(value) : "null";
    }

    public static string Of(string value)
    {
        if (value.Length is > 0 and <= 20 && value.All(c => char.IsAsciiDigit(c) || c is '-' or '.' or ':'))
            return value;

        var shown = new StringBuilder("\"");
        foreach (var c in value.AsSpan(0, Math.Min(value.Length, Longest)))
            shown.Append(char.IsControl(c) || char.IsSurrogate(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}") : c.ToString());
        return shown.Append(value.Length > Longest ? "...\"" : "\"").ToString();
    }
}
