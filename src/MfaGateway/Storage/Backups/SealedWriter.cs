using System.Security.Cryptography;

namespace MfaGateway.Storage.Backups;

/// <summary>Encrypts what is written to it; whole only once <see cref="Complete"/> was called. See <see cref="SealedFile"/>.</summary>
internal sealed class SealedWriter : Stream
{
    private readonly Stream _inner;
    private readonly byte[] _header = SealedFile.NewHeader();
    private readonly AesGcm _cipher;
    private readonly byte[] _chunk = new byte[SealedFile.ChunkSize];
    private int _filled;
    private long _number;

    public SealedWriter(Stream inner, BackupKey key)
    {
        _inner = inner;
        _cipher = SealedFile.CipherOf(key, _header);
        _inner.Write(_header);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            if (_filled == _chunk.Length)
                Seal(isLast: false);
            var part = Math.Min(buffer.Length, _chunk.Length - _filled);
            buffer[..part].CopyTo(_chunk.AsSpan(_filled));
            _filled += part;
            buffer = buffer[part..];
        }
    }

    /// <summary>Writes the last chunk, which says that it is the last.</summary>
    public void Complete() => Seal(isLast: true);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _cipher.Dispose();
        base.Dispose(disposing);
    }

    private void Seal(bool isLast)
    {
        var sealedChunk = new byte[_filled + SealedFile.TagSize];
        _cipher.Encrypt(
            SealedFile.NonceOf(_number++, isLast), _chunk.AsSpan(0, _filled), sealedChunk.AsSpan(0, _filled), sealedChunk.AsSpan(_filled), _header);
        _inner.Write(sealedChunk);
        _filled = 0;
    }
}
