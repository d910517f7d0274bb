using MfaGateway.Storage.LiteDb.Files;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>
/// A file on a disk with a volatile cache: what was written since the last sync may be there or not, each piece of a sector
/// by itself, in any order, and so may the length. That is harsher than a file system that keeps some order.
/// </summary>
internal sealed class SimulatedFile(string name, byte[] image, Power power) : IDurableFile
{
    private const int Sector = 512;

    private readonly List<(long Offset, byte[]? Data, long Length)> _unsynced = [];
    private readonly Bytes _cached = new(image);
    private readonly Bytes _durable = new(image);

    /// <summary>Called before each read ("read"), write ("write"), change of length ("length") and sync ("sync"). May throw, may block.</summary>
    public Action<string>? Before { get; set; }

    public string Name => name;

    public long Length => _cached.Length;

    public bool HasUnsynced => _unsynced.Count > 0;

    public byte[] Image => _cached.ToArray();

    public void RequireInPlace()
    {
    }

    public int Read(Span<byte> destination, long offset)
    {
        Before?.Invoke("read");
        return _cached.Read(destination, offset);
    }

    public void Write(ReadOnlySpan<byte> source, long offset)
    {
        try
        {
            Before?.Invoke("write");
        }
        catch (IOException)
        {
            _cached.Write(source[..(source.Length / 2)], offset); // a full disk takes what still has room
            throw;
        }

        _unsynced.Add((offset, source.ToArray(), 0)); // before the power goes: it may be there in part
        _cached.Write(source, offset);
        power.Use();
    }

    public void SetLength(long length)
    {
        Before?.Invoke("length");
        _unsynced.Add((0, null, length));
        _cached.SetLength(length);
        power.Use();
    }

    public void Sync()
    {
        Before?.Invoke("sync");
        power.Use();
        foreach (var write in _unsynced)
            Apply(_durable, write);
        _unsynced.Clear();
    }

    /// <summary>One of the many contents that the disk may have when the power is back.</summary>
    public byte[] AfterPowerCut(Dice dice)
    {
        var survivor = new Bytes(_durable.ToArray());
        var kept = dice.Below(5) switch { 0 => 0.0, 1 => 1.0, 2 => 0.5, 3 => 0.9, _ => dice.Below(100) / 100.0 };
        var piece = dice.Chance(0.5) ? Sector : 8 * Sector;
        foreach (var (offset, data, length) in _unsynced)
        {
            if (data is null)
            {
                if (dice.Chance(kept))
                    survivor.SetLength(length);
                continue;
            }

            for (var at = 0; at < data.Length;)
            {
                var count = (int)Math.Min(data.Length - at, piece - (offset + at) % piece);
                if (dice.Chance(kept))
                    survivor.Write(data.AsSpan(at, count), offset + at);
                at += count;
            }
        }

        return survivor.ToArray();
    }

    public void Dispose()
    {
    }

    private static void Apply(Bytes to, (long Offset, byte[]? Data, long Length) write)
    {
        if (write.Data is null)
            to.SetLength(write.Length);
        else
            to.Write(write.Data, write.Offset);
    }

    private sealed class Bytes(byte[] image)
    {
        private byte[] _bytes = [.. image];

        public long Length { get; private set; } = image.Length;

        public int Read(Span<byte> destination, long offset)
        {
            var count = (int)Math.Clamp(Length - offset, 0, destination.Length);
            if (count > 0)
                _bytes.AsSpan((int)offset, count).CopyTo(destination);
            return count;
        }

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            var end = offset + source.Length;
            if (end > _bytes.Length)
                Array.Resize(ref _bytes, (int)Math.Max(end, 2L * _bytes.Length));
            source.CopyTo(_bytes.AsSpan((int)offset));
            Length = Math.Max(Length, end);
        }

        public void SetLength(long length)
        {
            if (length > _bytes.Length)
                Array.Resize(ref _bytes, (int)length);
            else if (length < Length)
                _bytes.AsSpan((int)length, (int)(Length - length)).Clear();
            Length = length;
        }

        public byte[] ToArray() => _bytes[..(int)Length];
    }
}
