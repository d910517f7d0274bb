using System.Text;

namespace MfaGateway.Mail;

/// <summary>
/// Text in a header field: printable ASCII as it is, everything else as encoded words (RFC 2047), folded so that no line
/// is longer than 76 characters. What would begin another field is refused.
/// </summary>
internal static class HeaderText
{
    private const int LongestLine = 76; // RFC 2047 2: of a line that holds an encoded word
    private const int LongestWord = 60;
    private const int BytesInWord = 39; // 52 characters of base64, 64 with "=?utf-8?B?" and "?=", and room for a field's name
    private const string AtomSigns = "!#$%&'*+-/=?^_`{|}~"; // RFC 5322 3.2.3

    /// <summary>The text of a field such as <c>Subject</c>.</summary>
    /// <param name="used">Characters that stand on the line already.</param>
    /// <exception cref="MailUndeliverableException">A control character.</exception>
    public static string Unstructured(string text, int used)
    {
        RefuseControls(text);
        return IsPlain(text) ? Fold(text.Split(' '), used) : Encode(text);
    }

    /// <summary>The name before an address (RFC 5322 3.2.5); never a quoted string, so that nothing needs escaping.</summary>
    /// <exception cref="MailUndeliverableException">A control character.</exception>
    public static string Phrase(string name, int used)
    {
        RefuseControls(name);
        var words = name.Split(' ');
        return IsPlain(name) && Array.TrueForAll(words, IsAtom) ? Fold(words, used) : Encode(name);
    }

    /// <summary>CR and LF above all: behind them whoever chose the text would write fields of their own (and a body).</summary>
    /// <exception cref="MailUndeliverableException">There is one.</exception>
    public static void RefuseControls(string text)
    {
        if (text.Any(char.IsControl))
            throw new MailUndeliverableException("A mail was not written: a control character stands in what would be its header.");
    }

    // Blanks in a row, or at an end, would not survive folding; "=?" would be read as an encoded word.
    private static bool IsPlain(string text) =>
        text.All(c => c is >= ' ' and <= '~')
        && !text.Contains("=?", StringComparison.Ordinal)
        && Array.TrueForAll(text.Split(' '), word => word.Length is > 0 and <= LongestWord);

    private static bool IsAtom(string word) => word.All(c => char.IsAsciiLetterOrDigit(c) || AtomSigns.Contains(c, StringComparison.Ordinal));

    private static string Fold(string[] words, int used)
    {
        var folded = new StringBuilder();
        foreach (var word in words)
        {
            if (folded.Length > 0)
            {
                var fits = used + 1 + word.Length <= LongestLine;
                folded.Append(fits ? " " : "\r\n ");
                used = fits ? used + 1 : 1;
            }

            folded.Append(word);
            used += word.Length;
        }

        return folded.ToString();
    }

    /// <summary>Words of whole characters (RFC 2047 5), each on a line of its own.</summary>
    private static string Encode(string text)
    {
        var words = new List<string>();
        var bytes = new List<byte>();
        Span<byte> encoded = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(encoded);
            if (bytes.Count + length > BytesInWord)
                TakeWord();
            bytes.AddRange(encoded[..length]);
        }

        TakeWord();
        return string.Join("\r\n ", words);

        void TakeWord()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String(bytes.ToArray())}?=");
            bytes.Clear();
        }
    }
}
