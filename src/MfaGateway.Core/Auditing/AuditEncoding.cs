using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace MfaGateway.Core.Auditing;

/// <summary>
/// What codes are computed over. Numbers are eight bytes, texts and bytes have their length before them, and nothing is
/// not an empty text: two different entries never give the same bytes. Changing it makes every store's chain fail.
/// </summary>
internal static class AuditEncoding
{
    private const int Nothing = -1;

    // One key makes both kinds of code: the first field keeps them apart.
    private const string EntryPurpose = "mfa-gateway audit entry 1";
    private const string HeadPurpose = "mfa-gateway audit head 1";

    public static ReadOnlySpan<byte> Entry(ReadOnlySpan<byte> previous, RecordedAuditEntry recorded)
    {
        var entry = recorded.Entry;
        var output = new ArrayBufferWriter<byte>(256);
        Write(output, EntryPurpose);
        Write(output, previous);
        Write(output, recorded.Sequence);
        Write(output, entry.At.ToUnixTimeMilliseconds());
        Write(output, entry.Event);
        Write(output, entry.AccountId);
        Write(output, entry.Actor);
        Write(output, entry.ClientAddress);
        Write(output, entry.Succeeded ? 1 : 0);
        Write(output, entry.Detail);
        return output.WrittenSpan;
    }

    public static ReadOnlySpan<byte> Head(AuditHead head)
    {
        var output = new ArrayBufferWriter<byte>(128);
        Write(output, HeadPurpose);
        Write(output, head.FirstSequence);
        Write(output, head.MacBefore);
        Write(output, head.LastSequence);
        Write(output, head.LastMac);
        return output.WrittenSpan;
    }

    private static void Write(ArrayBufferWriter<byte> output, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(sizeof(long)), number);
        output.Advance(sizeof(long));
    }

    private static void Write(ArrayBufferWriter<byte> output, string? text)
    {
        if (text is null)
            WriteLength(output, Nothing);
        else
            Write(output, Encoding.UTF8.GetBytes(text));
    }

    private static void Write(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        WriteLength(output, bytes.Length);
        output.Write(bytes);
    }

    private static void WriteLength(ArrayBufferWriter<byte> output, int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), length);
        output.Advance(sizeof(int));
    }
}
