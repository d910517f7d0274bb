using System.Net;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>A body that is sent when the test says so. It begins when the server asks for it (100 Continue): by then it has judged who sends.</summary>
internal sealed class AwaitedBody(byte[] octets) : HttpContent
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the server waits for the body.</summary>
    public Task Asked => _asked.Task;

    public void Release() => _released.SetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        _asked.SetResult();
        await _released.Task;
        await stream.WriteAsync(octets);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
