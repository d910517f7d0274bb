using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace MfaGateway.OpenRequests;

/// <summary>What an app answers: each part that has been written counts as a use of the session, as long as the answer is a transfer.</summary>
internal sealed class ObservedResponseBody(IHttpResponseBodyFeature inner, OpenRequest request, TimeProvider timeProvider)
    : Stream, IHttpResponseBodyFeature
{
    private readonly Stream _stream = inner.Stream;

    public Stream Stream => this;

    public PipeWriter Writer => inner.Writer;

    public override bool CanRead => false;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void DisableBuffering() => inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

    public Task CompleteAsync() => inner.CompleteAsync();

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        inner.SendFileAsync(path, offset, count, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var writing = _stream.WriteAsync(buffer, cancellationToken);
        if (!writing.IsCompletedSuccessfully)
            return AwaitAsync(writing, buffer.Length);
        Observe(buffer.Length);
        return default;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        _stream.Write(buffer, offset, count);
        Observe(count);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => _stream.FlushAsync(cancellationToken);

    public override void Flush() => _stream.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask AwaitAsync(ValueTask writing, int count)
    {
        await writing;
        Observe(count);
    }

    private void Observe(int count)
    {
        if (count > 0 && request.Use == OpenRequestUse.Transfer)
            request.Session.See(timeProvider.GetUtcNow());
    }
}
