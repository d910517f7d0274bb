using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MfaGateway.TestKit.Mail;

/// <summary>
/// A mail as its receiver reads it, strictly by RFC 5322, 2045 and 2047: what is not exactly as they have it is an exception.
/// </summary>
public sealed partial class ReceivedMail
{
    private readonly List<(string Name, string Value)> _fields;

    private ReceivedMail(string file, string source)
    {
        File = file;
        Source = source;
        var (fields, body) = Divide(source);
        _fields = fields;
        var parts = Multipart().Match(Field("Content-Type")) is { Success: true } multipart
            ? PartsOf(body, multipart.Groups["boundary"].Value)
            : [(_fields, body)];
        Text = parts.Where(part => TypeOf(part.Fields) == "text/plain").Select(part => ReadBody(part.Fields, part.Body)).Single();
        Html = parts.Where(part => TypeOf(part.Fields) == "text/html").Select(part => ReadBody(part.Fields, part.Body)).SingleOrDefault();
    }

    public string File { get; }

    /// <summary>As it came.</summary>
    public string Source { get; }

    public string Subject => DecodeWords(Field("Subject"));

    public string ToName => NameOf("To");

    public string ToAddress => AddressOf("To");

    public string FromName => NameOf("From");

    public string FromAddress => AddressOf("From");

    public string MessageId => Field("Message-ID");

    public DateTimeOffset Date =>
        DateTimeOffset.ParseExact(Field("Date"), "ddd, dd MMM yyyy HH:mm:ss zzz", CultureInfo.InvariantCulture);

    public IEnumerable<string> FieldNames => _fields.Select(one => one.Name);

    /// <summary>The decoded text part; lines end with LF.</summary>
    public string Text { get; }

    /// <summary>The decoded HTML part; null where there is none.</summary>
    public string? Html { get; }

    /// <summary>The body with every run of blanks and line ends as one blank, so that a sentence is found wherever it was broken.</summary>
    public string Sentences => string.Join(' ', Text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    public static ReceivedMail Read(string file) => new(file, Strict(System.IO.File.ReadAllBytes(file)));

    public static ReceivedMail Read(byte[] source) => new(string.Empty, Strict(source));

    /// <summary>The value of the one field of that name, unfolded.</summary>
    public string Field(string name) => _fields.Single(one => one.Name == name).Value;

    private static string Strict(byte[] bytes)
    {
        var text = new ASCIIEncoding().GetString(bytes);
        if (bytes.Any(octet => octet is 0 or > 127) || Regex.IsMatch(text, "\r(?!\n)|(?<!\r)\n", RegexOptions.None, TimeSpan.FromSeconds(1)))
            throw new FormatException("Not ASCII in lines that end with CRLF.");
        return text.Split("\r\n").All(line => line.Length <= 998) ? text : throw new FormatException("A line of more than 998 characters.");
    }

    private static List<(string Name, string Value)> ReadFields(string head)
    {
        var fields = new List<(string, string)>();
        foreach (var field in head.Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", " ", StringComparison.Ordinal).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var match = FieldLine().Match(field);
            fields.Add(match.Success ? (match.Groups["name"].Value, match.Groups["value"].Value) : throw new FormatException($"No field: {field}"));
        }

        return head.Split("\r\n").All(line => line.Length <= 78 || !line.Contains(' ', StringComparison.Ordinal))
            ? fields
            : throw new FormatException("A line of the header that could have been folded.");
    }

    private static (List<(string Name, string Value)> Fields, string Body) Divide(string source)
    {
        var end = source.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return (ReadFields(source[..(end + 2)]), source[(end + 4)..]);
    }

    /// <summary>RFC 2046 5.1.1: the line end before a boundary belongs to the boundary.</summary>
    private static List<(List<(string Name, string Value)> Fields, string Body)> PartsOf(string body, string boundary)
    {
        var pieces = ("\r\n" + body).Split($"\r\n--{boundary}");
        return pieces[^1].StartsWith("--", StringComparison.Ordinal)
            ? [.. pieces[1..^1].Select(piece => Divide(piece.StartsWith("\r\n", StringComparison.Ordinal) ? piece[2..] : throw new FormatException("Not a boundary.")))]
            : throw new FormatException("A multipart that does not end.");
    }

    private static string TypeOf(List<(string Name, string Value)> fields) =>
        fields.Single(one => one.Name == "Content-Type").Value is var type && type.EndsWith("; charset=utf-8", StringComparison.Ordinal)
            ? type[..type.IndexOf(';', StringComparison.Ordinal)]
            : throw new FormatException($"Not text in UTF-8: {type}");

    private static string ReadBody(List<(string Name, string Value)> fields, string body) => fields.Single(one => one.Name == "Content-Transfer-Encoding").Value switch
    {
        "7bit" => body.Replace("\r\n", "\n", StringComparison.Ordinal),
        "base64" => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(body)).Replace("\r\n", "\n", StringComparison.Ordinal),
        "quoted-printable" => DecodeQuotedPrintable(body),
        var other => throw new FormatException($"Encoded as {other}."),
    };

    private static string DecodeQuotedPrintable(string body)
    {
        if (body.Split("\r\n").Any(line => line.Length > 76 || line.EndsWith(' ')))
            throw new FormatException("A line of quoted-printable that is too long or ends with a blank.");
        var joined = body.Replace("=\r\n", string.Empty, StringComparison.Ordinal).Replace("\r\n", "\n", StringComparison.Ordinal);
        var bytes = new List<byte>();
        for (var i = 0; i < joined.Length; i++)
        {
            if (joined[i] != '=')
            {
                bytes.Add((byte)joined[i]);
                continue;
            }

            bytes.Add(byte.Parse(joined.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            i += 2;
        }

        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]);
    }

    private string AddressOf(string name)
    {
        var value = Field(name);
        var match = Bracketed().Match(value);
        return match.Success ? match.Groups["address"].Value : value;
    }

    private string NameOf(string name)
    {
        var match = Bracketed().Match(Field(name));
        // RFC 2047 5 (3): in a quoted string there are no encoded words.
        return match.Groups["quoted"] is { Success: true } quoted
            ? QuotedPair().Replace(quoted.Value, "${sign}")
            : match.Success ? DecodeWords(match.Groups["name"].Value) : string.Empty;
    }

    /// <summary>RFC 2047 6.2: blanks between two encoded words are not part of the text.</summary>
    private static string DecodeWords(string text)
    {
        var joined = BetweenWords().Replace(text, "?==?");
        return EncodedWord().Replace(joined, match => match.Length <= 75
            ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(DecodeWord(match.Groups["kind"].Value, match.Groups["text"].Value))
            : throw new FormatException("An encoded word of more than 75 characters."));
    }

    private static byte[] DecodeWord(string kind, string text) => kind is "B" or "b" // RFC 2047 2: in any case
        ? Convert.FromBase64String(text)
        : [.. QWord().Matches(text).Select(piece => piece.Value switch
        {
            "_" => (byte)' ',
            ['=', .. var hex] => byte.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            var letter => (byte)letter[0],
        })];

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"\A(?<name>[!-9;-~]+): (?<value>.*\S)\z", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FieldLine();

    /// <summary>RFC 5322 3.4: a phrase or a quoted string, and then the address.</summary>
    [GeneratedRegex(@"\A(""(?<quoted>([^""\\]|\\.)*)""|(?<name>[^<>""]*)) <(?<address>[^<> ]+)>\z", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bracketed();

    [GeneratedRegex(@"\\(?<sign>.)", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QuotedPair();

    [GeneratedRegex(@"\?=\s+=\?", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BetweenWords();

    [GeneratedRegex(@"\Amultipart/alternative; boundary=""?(?<boundary>[^""; ]+)""?\z", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Multipart();

    [GeneratedRegex("=[0-9A-F]{2}|[!-~]", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QWord();

    [GeneratedRegex(@"=\?utf-8\?(?<kind>[BbQq])\?(?<text>[!->@-~]+)\?=", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EncodedWord();
}
