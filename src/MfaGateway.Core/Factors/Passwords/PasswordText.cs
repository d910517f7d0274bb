using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace MfaGateway.Core.Factors.Passwords;

/// <summary>
/// The one form of a password that is measured, hashed and compared. Nothing is ever cut off: what does not fit is
/// refused, at sign-in too, so that no two passwords become one.
/// </summary>
public static class PasswordText
{
    /// <summary>In UTF-8, after normalization. Bounds the work of a hash, and is far above any passphrase.</summary>
    public const int MaxBytes = 1024;

    // Composing never shrinks text to a quarter, so what is longer cannot come to fit.
    private const int MaxTypedLength = 4 * MaxBytes;

    /// <summary>
    /// RFC 8265 4.2.2: spaces of other scripts become the ASCII space (an Alt key makes a no-break one unseen), then
    /// Normalization Form C, so that one keyboard's "é" is another's. Nothing is trimmed or folded.
    /// </summary>
    /// <param name="typed">Straight from the form or the standard input.</param>
    /// <param name="password">The text to hash, or null.</param>
    /// <returns>False for what no account can have: nothing at all, NUL, what is not text, more than 1,024 bytes.</returns>
    public static bool TryNormalize(string? typed, [NotNullWhen(true)] out string? password)
    {
        password = null;
        if (string.IsNullOrEmpty(typed) || typed.Length > MaxTypedLength || !IsText(typed))
            return false;
        var normalized = SpacesToAscii(typed).Normalize(NormalizationForm.FormC);
        if (Encoding.UTF8.GetByteCount(normalized) > MaxBytes)
            return false;
        password = normalized;
        return true;
    }

    /// <summary>
    /// Free of NUL (C code behind some hashers stops there), of lone surrogates (not text; cannot be encoded) and of
    /// U+FFFE (never a character; <see cref="string.Normalize()"/> throws on it).
    /// </summary>
    internal static bool IsText(string typed)
    {
        for (var i = 0; i < typed.Length; i++)
        {
            if (typed[i] is '\0' or '\uFFFE' || !Rune.TryGetRuneAt(typed, i, out var rune))
                return false;
            i += rune.Utf16SequenceLength - 1;
        }

        return true;
    }

    private static string SpacesToAscii(string typed) => string.Create(typed.Length, typed, static (span, text) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = char.GetUnicodeCategory(text[i]) == System.Globalization.UnicodeCategory.SpaceSeparator ? ' ' : text[i];
    });
}
