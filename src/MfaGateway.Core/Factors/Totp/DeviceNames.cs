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
}
