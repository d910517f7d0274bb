using System.Security.Cryptography;

namespace MfaGateway.Storage.Backups;

/// <summary>Reads what <see cref="SealedWriter"/> wrote, each chunk only once its tag is right.</summary>
internal sealed class SealedReader : Stream
{
    private readonly Stream _inner;
    private readonly byte[] _header = new byte[SealedFile.HeaderSize];
    private readonly AesGcm _cipher;
    private readonly byte[] _ahead = new byte[SealedFile.ChunkSize + SealedFile.TagSize];
    private byte[] _chunk = [];
    private int _position;
    private int _aheadFilled;
    private long _number;
    private bool _wasLast;

    /// <exception cref="InvalidDataException">Not a backup.</exception>
    public SealedReader(Stream inner, BackupKey key)
    {
        _inner = inner;
        if (inner.ReadAtLeast(_header, _header.Length, throwOnEndOfStream: false) < _header.Length || !SealedFile.IsHeader(_header))
            throw new InvalidDataException("It is not a backup of this program, or of a newer version.");
        _cipher = SealedFile.CipherOf(key, _header);
        ReadAhead();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="InvalidDataException">It was edited or cut, or the key is another one.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (_position == _chunk.Length && !_wasLast)
            OpenNext();
        var part = Math.Min(buffer.Length, _chunk.Length - _position);
        _chunk.AsSpan(_position, part).CopyTo(buffer);
        _position += part;
        return part;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _cipher.Dispose();
        base.Dispose(disposing);
    }

    private void ReadAhead() => _aheadFilled = _inner.ReadAtLeast(_ahead, _ahead.Length, throwOnEndOfStream: false);

    private void OpenNext()
    {
        var current = _ahead.AsSpan(0, _aheadFilled).ToArray();
        if (current.Length < SealedFile.TagSize)
            throw Refused(null);
        ReadAhead();
        _wasLast = _aheadFilled == 0;
        var opened = new byte[current.Length - SealedFile.TagSize];
        try
        {
            _cipher.Decrypt(
                SealedFile.NonceOf(_number++, _wasLast), current.AsSpan(0, opened.Length), current.AsSpan(opened.Length), opened, _header);
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw Refused(exception);
        }

        (_chunk, _position) = (opened, 0);
    }

    private static InvalidDataException Refused(Exception? inner) =>
        new("It was edited or cut, or it was made with another key.", inner);
}
