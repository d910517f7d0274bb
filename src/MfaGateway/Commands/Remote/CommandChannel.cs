using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json;

namespace MfaGateway.Commands.Remote;

/// <summary>A connection on which both sides say messages: four bytes of length, big-endian, then JSON.</summary>
internal sealed class CommandChannel : IDisposable
{
    /// <summary>Of one message, in bytes. Long texts are several messages.</summary>
    public const int MostBytes = 256 * 1024;

    private static readonly JsonSerializerOptions Strictly = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(30);

    private readonly NetworkStream _stream;
    private readonly Lock _writing = new();

    public CommandChannel(Socket socket) =>
        _stream = new NetworkStream(socket, ownsSocket: true) { WriteTimeout = (int)LongestWrite.TotalMilliseconds };

    /// <summary>The next message; null where the other side has closed.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="InvalidDataException">What came is no message.</exception>
    public async Task<CommandMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        var head = new byte[sizeof(int)];
        if (await _stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken) < head.Length)
            return null;
        var length = BinaryPrimitives.ReadInt32BigEndian(head);
        if (length is <= 0 or > MostBytes)
            throw new InvalidDataException("A message between command and gateway is too long.");

        var bytes = new byte[length];
        if (await _stream.ReadAtLeastAsync(bytes, length, throwOnEndOfStream: false, cancellationToken) < length)
            return null;
        try
        {
            return JsonSerializer.Deserialize<CommandMessage>(bytes, Strictly);
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException("What came is no message between command and gateway.", fault);
        }
    }

    /// <exception cref="IOException">The connection broke, or the other side reads nothing.</exception>
    public void Write(CommandMessage message)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(message);
        var head = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(head, bytes.Length);
        lock (_writing)
        {
            _stream.Write(head);
            _stream.Write(bytes);
        }
    }

    public void Dispose() => _stream.Dispose();
}
