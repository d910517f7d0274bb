using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace MfaGateway.Core.Factors.RecoveryCodes;

/// <summary>
/// One recovery code: 16 symbols of 5 bits, 80 random bits. The alphabet is Crockford's Base32, which leaves out the
/// letters that are read as digits (I, L, O) and U. Does not print itself; take <see cref="ToGroups"/> where the code
/// is meant to be shown.
/// </summary>
public sealed class RecoveryCode
{
    /// <summary>80 bits.</summary>
    public const int Symbols = 16;

    private const int GroupLength = 4;
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>In no alphabet of codes.</summary>
    private const char NotOurs = '?';

    private readonly string _canonical;

    private RecoveryCode(string canonical) => _canonical = canonical;

    public static RecoveryCode Generate() => new(RandomNumberGenerator.GetString(Alphabet, Symbols));

    /// <summary>A whole set for one person; no code twice.</summary>
    /// <param name="count">1 or more.</param>
    public static IReadOnlyList<RecoveryCode> GenerateSet(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var codes = new Dictionary<string, RecoveryCode>(StringComparer.Ordinal);
        while (codes.Count < count)
        {
            var code = Generate();
            codes[code._canonical] = code;
        }

        return [.. codes.Values];
    }

    /// <summary>
    /// Reads what a person types or pastes: letters and digits in any case, ASCII or full-width (as East Asian keyboards type them),
    /// <c>O</c> for zero, <c>I</c> and <c>L</c> for one. All else is dropped: text programs turn dashes and blanks into others, and add
    /// marks that have no width. Letters and digits of other scripts are none of ours.
    /// </summary>
    /// <returns>False for what cannot be a recovery code of anybody: it is refused as malformed, without a hash and without counting.</returns>
    public static bool TryParse(string? typed, [NotNullWhen(true)] out RecoveryCode? code)
    {
        code = null;
        Span<char> found = stackalloc char[Symbols];
        var count = 0;
        foreach (var rune in (typed ?? "").EnumerateRunes())
        {
            if (!Rune.IsLetterOrDigit(rune))
                continue;
            var symbol = Canonical(rune);
            if (count == Symbols || !Alphabet.Contains(symbol, StringComparison.Ordinal))
                return false;
            found[count++] = symbol;
        }

        if (count != Symbols)
            return false;
        code = new(new string(found));
        return true;
    }

    /// <summary>As it is shown, printed and saved: <c>xxxx-xxxx-xxxx-xxxx</c>.</summary>
    public string ToGroups() => string.Join('-', _canonical.Chunk(GroupLength).Select(group => new string(group)));

    /// <summary>The one spelling that is hashed: lower case, no dashes.</summary>
    internal string ToCanonical() => _canonical;

    public override string ToString() => nameof(RecoveryCode);

    // No folding by tables: other scripts' letters must not become ours.
    private static char Canonical(Rune typed) => ToAscii(typed) switch
    {
        'o' or 'O' => '0',
        'i' or 'I' or 'l' or 'L' => '1',
        >= 'A' and <= 'Z' and var letter => (char)(letter | 0x20),
        var other => other,
    };

    // Unicode's full-width forms U+FF01 to U+FF5E stand 0xFEE0 above ASCII's U+0021 to U+007E.
    private static char ToAscii(Rune typed) => typed.Value switch
    {
        <= 0x7E => (char)typed.Value,
        >= 0xFF01 and <= 0xFF5E => (char)(typed.Value - 0xFEE0),
        _ => NotOurs,
    };
}
