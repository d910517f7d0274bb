using System.Globalization;
using System.Text;

namespace MfaGateway.Mail;

/// <summary>
/// The plain text of a mail, in seven bits: as it is where it is plain ASCII, else as quoted-printable (RFC 2045 6.7). Lines
/// end with CRLF.
/// </summary>
/// <param name="Encoding">The value of <c>Content-Transfer-Encoding</c>.</param>
internal sealed record BodyText(string Encoding, string Text)
{
    private const int LongestLine = 998; // RFC 5322 2.1.1
    private const int LongestEncodedLine = 76; // RFC 2045 6.7 (5), the "=" at its end included

    public static BodyText Of(string text)
    {
        var lines = text.TrimEnd('\n').Split('\n');
        return Array.TrueForAll(lines, IsPlain)
            ? new BodyText("7bit", Join(lines))
            : new BodyText("quoted-printable", Join(lines.Select(Encode)));
    }

    // It may hold a code or a link that opens an account.
    public override string ToString() => nameof(BodyText);

    private static string Join(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\r\n"));

    // A dot at the beginning, "From " and blanks at the end are what old transports trip over.
    private static bool IsPlain(string line) =>
        line.Length <= LongestLine
        && line.All(c => c is >= ' ' and <= '~')
        && !line.StartsWith('.')
        && !line.StartsWith("From ", StringComparison.Ordinal)
        && !line.EndsWith(' ');

    private static string Encode(string line)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(line);
        var (encoded, used) = (new StringBuilder(), 0);
        for (var i = 0; i < bytes.Length; i++)
        {
            var isLast = i == bytes.Length - 1;
            var piece = MustEncode(bytes[i], isFirst: used == 0, isLast) ? HexOf(bytes[i]) : ((char)bytes[i]).ToString();
            // The last one needs no room for a "=" behind it.
            if (used + piece.Length > (isLast ? LongestEncodedLine : LongestEncodedLine - 1))
            {
                encoded.Append("=\r\n");
                used = 0;
                piece = MustEncode(bytes[i], isFirst: true, isLast) ? HexOf(bytes[i]) : piece;
            }

            encoded.Append(piece);
            used += piece.Length;
        }

        return encoded.ToString();
    }

    private static bool MustEncode(byte octet, bool isFirst, bool isLast) => (char)octet switch
    {
        '=' or < ' ' or > '~' => true,
        ' ' => isLast,
        '.' or 'F' => isFirst,
        _ => false,
    };

    private static string HexOf(byte octet) => string.Create(CultureInfo.InvariantCulture, $"={octet:X2}");
}
