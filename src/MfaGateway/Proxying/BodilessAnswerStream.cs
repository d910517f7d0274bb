namespace MfaGateway.Proxying;

/// <summary>
/// The bytes of a connection to an HTTP/1.x server. An answer that can't have a body (204 and 304, RFC 9112 6.3) is given the
/// header <c>Connection: close</c>, so that the client does not use the connection again: an app that sends a body all the
/// same, and late, would otherwise give the next client that body for its answer.
/// </summary>
/// <remarks>
/// The client sends requests one after the other: the first byte that is read after a write begins an answer's head. Behind a 101 both
/// sides speak another protocol, and nothing is an answer.
/// </remarks>
internal sealed class BodilessAnswerStream(Stream inner) : Stream
{
    /// <summary>Up to the last digit of the status: <c>HTTP/1.1 204</c>.</summary>
    private const int StatusEnd = 12;
    private const int FirstDigit = 9;

    private static ReadOnlySpan<byte> CloseLine => "Connection: close\r\n"u8;

    // Of the head so far, as far as it matters.
    private int _position;
    private int _status;
    private bool _isAtLineStart;
    private bool _isInHead;
    private volatile bool _hasSwitched;

    // What was read behind the point where the header was put in.
    private ReadOnlyMemory<byte> _pending;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_pending.IsEmpty)
            return new(TakePending(buffer.Span));
        var reading = inner.ReadAsync(buffer, cancellationToken);
        return reading.IsCompletedSuccessfully ? new(Observe(reading.Result, buffer.Span)) : AwaitAsync(reading, buffer);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer) => _pending.IsEmpty ? Observe(inner.Read(buffer), buffer) : TakePending(buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        BeginAnswer();
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        BeginAnswer();
        inner.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> AwaitAsync(ValueTask<int> reading, Memory<byte> buffer) => Observe(await reading, buffer.Span);

    private void BeginAnswer()
    {
        if (_hasSwitched)
            return;
        _position = 0;
        _status = 0;
        _isInHead = true;
    }

    private int TakePending(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _pending.Length);
        _pending.Span[..count].CopyTo(buffer);
        _pending = _pending[count..];
        return count;
    }

    private int Observe(int count, Span<byte> buffer)
    {
        for (var i = 0; i < count && _isInHead; i++)
        {
            if (!EndsBodilessHead(buffer[i]))
                continue;
            _isInHead = false;
            _pending = (byte[])[.. CloseLine, .. buffer[i..count]];
            return i > 0 ? i : TakePending(buffer);
        }

        return count;
    }

    /// <summary>Whether the empty line begins that ends the head of a 204 or 304.</summary>
    private bool EndsBodilessHead(byte octet)
    {
        if (_position < StatusEnd)
        {
            ReadStatus(octet);
            return false;
        }

        var isEmptyLine = _isAtLineStart && (octet is (byte)'\r' or (byte)'\n');
        if (isEmptyLine && (_status is 204 or 304))
            return true;
        // What was interim is followed by another head.
        if (_isAtLineStart && octet == '\n')
            BeginAnswer();
        _isAtLineStart = octet == '\n' || (_isAtLineStart && octet == '\r');
        return false;
    }

    private void ReadStatus(byte octet)
    {
        if (_position >= FirstDigit)
            _status = (_status * 10) + octet - '0';
        _isAtLineStart = false;
        _hasSwitched = _position == StatusEnd - 1 && _status == 101;
        // Of most answers nothing more is of interest: they say themselves where they end.
        _isInHead = ++_position < StatusEnd || _status is 100 or (> 101 and < 200) or 204 or 304;
    }
}
