using System.Text;
using Microsoft.Net.Http.Headers;

namespace MfaGateway.Access;

/// <summary>Reads a form so that a page can post the same fields again, in their order, with every repetition.</summary>
internal static class PostedForm
{
    /// <summary>The most bytes of a body that are taken. SAML responses have some ten thousand.</summary>
    public const int MaxBytes = 128 * 1024;

    private const int MaxFields = 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>Null when it is no urlencoded form in UTF-8 of at most <see cref="MaxBytes"/> bytes: what can't be posted again as it is.</returns>
    public static async Task<IReadOnlyList<KeyValuePair<string, string>>?> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength > MaxBytes
            || request.Headers.ContentEncoding.Count > 0
            || !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
            || (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        return await ReadBodyAsync(request, context.RequestAborted) is { } body ? Split(body) : null;
    }

    private static async Task<string?> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > MaxBytes)
                return null;
            body.Write(buffer, 0, read);
        }

        return Encoding.Latin1.GetString(body.GetBuffer(), 0, (int)body.Length);
    }

    private static List<KeyValuePair<string, string>>? Split(string body)
    {
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var pair in body.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (fields.Count == MaxFields
                || Decode(equals < 0 ? pair : pair[..equals]) is not { } name
                || Decode(equals < 0 ? "" : pair[(equals + 1)..]) is not { } value)
            {
                return null;
            }

            fields.Add(new(name, value));
        }

        return fields;
    }

    // application/x-www-form-urlencoded (WHATWG URL section 5.1). Null for bytes that are not UTF-8, which a page could not send.
    private static string? Decode(string text)
    {
        var bytes = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes[length++] = Convert.FromHexString(text.AsSpan(i + 1, 2))[0];
                i += 2;
            }
            else
            {
                bytes[length++] = text[i] == '+' ? (byte)' ' : (byte)text[i];
            }
        }

        try
        {
            var decoded = Strict.GetString(bytes, 0, length);
            // An HTML page cannot hold these (HTML 13.2.3.5): they would arrive as something else.
            return decoded.Contains('\0', StringComparison.Ordinal) ? null : decoded;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
