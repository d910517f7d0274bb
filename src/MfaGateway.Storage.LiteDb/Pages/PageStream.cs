namespace MfaGateway.Storage.LiteDb.Pages;

/// <summary>A stream that LiteDB reads and writes in whole pages. Anything else it tries is a fault.</summary>
internal abstract class PageStream(EngineAccess access) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Position { get; set; }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    public override int Read(byte[] buffer, int offset, int count)
    {
        access.Check();
        var number = PageAt(count);
        if (Position >= Length)
            throw new IOException($"Page {number} is beyond the end of {Name}."); // LiteDB takes a short read for zeros
        ReadPage(number, buffer.AsSpan(offset, count));
        Position += count;
        return count;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        access.Check();
        WritePage(PageAt(count), buffer.AsSpan(offset, count));
        Position += count;
    }

    protected EngineAccess Access => access;

    protected abstract string Name { get; }

    protected abstract void ReadPage(long number, Span<byte> destination);

    protected abstract void WritePage(long number, ReadOnlySpan<byte> source);

    private long PageAt(int count) => count == Page.Size && Position % Page.Size == 0
        ? Position / Page.Size
        : throw new InvalidOperationException($"{count} bytes at {Position} of {Name} are not a page.");
}
