using MfaGateway.Storage.LiteDb.Files;

namespace MfaGateway.Storage.LiteDb.Pages;

/// <summary>
/// LiteDB's log in frames with checksums (LiteDB's own pages have none, and its commits sync nothing). Pages gather in memory;
/// <see cref="Flush"/> writes them in one piece and syncs. The file keeps its length when the log is forgotten, so that in
/// ordinary use a sync has no length to record.
/// </summary>
internal sealed class LogStream(IDurableFile file, LogHeader header, long frames, EngineAccess access) : PageStream(access)
{
    /// <summary>In bytes. A longer file, which one very large transaction leaves, is cut when the log is forgotten.</summary>
    private const long MaxKeptLength = 128L << 20;

    private byte[] _pending = new byte[16 * LogFrame.Size];
    private int _pendingCount;
    private byte[]? _read;
    private long _frames = frames;
    private LogHeader _header = header;

    public Guid Store => _header.Store;

    /// <summary>Frames since the last checkpoint, those in memory included.</summary>
    public long Frames => _frames + _pendingCount;

    /// <summary>Bytes written to the file so far, for measurements.</summary>
    public long BytesWritten { get; private set; }

    public override long Length => Frames * Page.Size;

    protected override string Name => file.Name;

    /// <summary>All that was written before is durable when this returns.</summary>
    public override void Flush()
    {
        Access.Check();
        if (_pendingCount == 0)
            return;
        var bytes = _pending.AsSpan(0, _pendingCount * LogFrame.Size);
        file.Write(bytes, LogFrame.OffsetOf(_frames));
        file.Sync();
        BytesWritten += bytes.Length;
        _frames += _pendingCount;
        _pendingCount = 0;
    }

    /// <summary>Forgets the log: what it held must be durable in the data file.</summary>
    public override void SetLength(long value)
    {
        Access.Check();
        if (value != 0)
            throw new InvalidOperationException($"The log {file.Name} is forgotten as a whole, not cut to {value}.");
        _header = _header.Advance(file);
        _frames = 0;
        _pendingCount = 0;
        if (file.Length > MaxKeptLength)
            file.SetLength(LogHeader.Size);
    }

    protected override void ReadPage(long number, Span<byte> destination)
    {
        if (number >= _frames)
        {
            LogFrame.PageOf(PendingFrame((int)(number - _frames))).CopyTo(destination);
            return;
        }

        _read ??= new byte[LogFrame.Size];
        if (!LogFrame.TryRead(file, _header, number, _read))
            throw new IOException($"Frame {number} of the log {file.Name} is damaged.");
        LogFrame.PageOf(_read).CopyTo(destination);
    }

    protected override void WritePage(long number, ReadOnlySpan<byte> source)
    {
        if (number != Frames)
            throw new InvalidOperationException($"Page {number} of the log {file.Name} is not its next, {Frames}.");
        if ((_pendingCount + 1) * LogFrame.Size > _pending.Length)
            Array.Resize(ref _pending, 2 * _pending.Length);
        var frame = PendingFrame(_pendingCount);
        source.CopyTo(LogFrame.PageOf(frame));
        LogFrame.Seal(frame, _header, number, durable: _frames);
        _pendingCount++;
    }

    private Span<byte> PendingFrame(int index) => _pending.AsSpan(index * LogFrame.Size, LogFrame.Size);
}
