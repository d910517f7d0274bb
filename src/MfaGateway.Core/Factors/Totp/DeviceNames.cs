using System.Globalization;
using System.Text;

namespace MfaGateway.Core.Factors.Totp;

/// <summary>What people call their devices.</summary>
public static class DeviceNames
{
    /// <summary>In UTF-16 code units.</summary>
    public const int MaxLength = 64;

    /// <summary>Where nothing is left of what was typed.</summary>
    public const string Default = "Authenticator";

    /// <summary>Printable, without characters that turn text around, cut between characters, never empty.</summary>
    public static string Clean(string? typed)
    {
        var name = new StringBuilder();
        foreach (var rune in (typed ?? string.Empty).EnumerateRunes())
        {
            var isShown = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate);
            if (isShown && rune != Rune.ReplacementChar && name.Length + rune.Utf16SequenceLength <= MaxLength)
                name.Append(rune);
        }

        var trimmed = name.ToString().Trim();
        return trimmed.Length == 0 ? Default : trimmed;
    }

    /// <summary>The name, or the first of "name 2", "name 3", ... that no other device of the person has.</summary>
    /// <param name="name">From <see cref="Clean"/>.</param>
    public static string Distinguish(string name, IReadOnlyCollection<string> taken)
    {
        if (!taken.Contains(name, StringComparer.Ordinal))
            return name;

        for (var number = 2; ; number++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $" {number}");
            var kept = Math.Min(name.Length, MaxLength - suffix.Length);
            if (char.IsHighSurrogate(name[kept - 1]))
                kept--; // never half a character
            var candidate = name[..kept] + suffix;
            if (!taken.Contains(candidate, StringComparer.Ordinal))
                return candidate;
        }
    }
}
