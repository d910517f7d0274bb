using System.Text;

namespace MfaGateway.Configuration;

/// <summary>
/// Text that comes as bytes: from the standard input or from a file. The framework's readers replace what is not UTF-8 by U+FFFD; a
/// password or a secret read that way is another one, and never works.
/// </summary>
internal static class Utf8Text
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text, without the byte order mark that some editors and shells put before it (RFC 3629 6).</summary>
    /// <exception cref="FormatException">
    /// The bytes are not UTF-8. The message completes "... must be UTF-8, but ...", and never repeats a byte: it may be of a secret.
    /// </exception>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith<byte>([0xFF, 0xFE]) || bytes.StartsWith<byte>([0xFE, 0xFF]))
            throw new FormatException("begins with the byte order mark of UTF-16");

        var text = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
        try
        {
            return Strict.GetString(text);
        }
        catch (DecoderFallbackException invalid)
        {
            throw new FormatException(FormattableString.Invariant($"byte {bytes.Length - text.Length + invalid.Index + 1} is not"), invalid);
        }
    }

    /// <summary>The text of a file; see <see cref="Decode"/>.</summary>
    /// <exception cref="FormatException">The file is not UTF-8.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no right to read it.</exception>
    public static string ReadFile(string path) => Decode(File.ReadAllBytes(path));
}
