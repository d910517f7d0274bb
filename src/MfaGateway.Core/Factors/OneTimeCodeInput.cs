using System.Diagnostics.CodeAnalysis;

namespace MfaGateway.Core.Factors;

/// <summary>
/// What a person may type into a field for a code of digits. Strict on purpose: <c>int.TryParse</c>,
/// <c>char.IsDigit</c> and <c>\d</c> let signs, other scripts' digits and line ends through, and then two spellings
/// of one code exist.
/// </summary>
public static class OneTimeCodeInput
{
    /// <summary>More digits than any code here has; bounds the buffer.</summary>
    public const int MaxDigits = 10;

    /// <summary>Drops ASCII spaces and dashes (authenticators show "123 456"), then asks for exactly that many ASCII digits.</summary>
    /// <param name="typed">Straight from the form.</param>
    /// <param name="digits">1 to <see cref="MaxDigits"/>.</param>
    /// <param name="code">The bare digits, or null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="digits"/> is outside its range.</exception>
    public static bool TryNormalize(string? typed, int digits, [NotNullWhen(true)] out string? code)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, MaxDigits);
        code = null;
        Span<char> found = stackalloc char[digits];
        var count = 0;
        foreach (var symbol in typed ?? "")
        {
            if (symbol is ' ' or '-')
                continue;
            if (!char.IsAsciiDigit(symbol) || count == digits)
                return false;
            found[count++] = symbol;
        }

        if (count != digits)
            return false;
        code = new string(found);
        return true;
    }

    /// <summary>Whether this is a code already: exactly that many ASCII digits and nothing else.</summary>
    public static bool IsCode(string? text, int digits) =>
        text is not null && text.Length == digits && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;
}
