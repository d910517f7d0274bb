using System.Buffers;
using System.Buffers.Text;

namespace MfaGateway.Core.IdentityHeaders;

/// <summary>Printable ASCII, put together on the stack and in rented memory where that is not enough.</summary>
internal ref struct SignatureBaseWriter(Span<byte> initial)
{
    private Span<byte> buffer = initial;
    private byte[]? rented;
    private int length;

    public readonly ReadOnlySpan<byte> Written => buffer[..length];

    /// <summary>A constant, then a value from outside.</summary>
    public void Append(ReadOnlySpan<char> constant, ReadOnlySpan<char> value)
    {
        AppendAscii(constant);
        // A line end in a value would forge the next line of the base (RFC 9421 7.5.3); anything else odd is no use here.
        if (value.ContainsAnyExceptInRange(' ', '~'))
            throw new ArgumentException("Only printable ASCII can be signed.", nameof(value));
        AppendAscii(value);
    }

    public void AppendAscii(ReadOnlySpan<char> text)
    {
        var room = Reserve(text.Length);
        for (var i = 0; i < text.Length; i++)
            room[i] = (byte)text[i];
        length += text.Length;
    }

    public void AppendLower(ReadOnlySpan<char> text)
    {
        var start = length;
        Append("", text);
        System.Text.Ascii.ToLowerInPlace(buffer[start..length], out _);
    }

    public void Append(long number)
    {
        Utf8Formatter.TryFormat(number, Reserve(20), out var written);
        length += written;
    }

    public void AppendBase64Url(ReadOnlySpan<byte> octets)
    {
        var written = Base64Url.EncodeToUtf8(octets, Reserve(Base64Url.GetEncodedLength(octets.Length)));
        length += written;
    }

    public void Dispose()
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    private Span<byte> Reserve(int count)
    {
        if (buffer.Length - length < count)
            Grow(count);
        return buffer[length..];
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, length + count));
        Written.CopyTo(larger);
        Dispose();
        rented = larger;
        buffer = larger;
    }
}
