using Microsoft.AspNetCore.Http.Features;

namespace MfaGateway.OpenRequests;

/// <summary>A WebSocket over HTTP/1.1 (RFC 6455) of which it is noted when the client sends something.</summary>
internal sealed class HeardUpgrade(IHttpUpgradeFeature inner, OpenRequest request, TimeProvider time) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    public async Task<Stream> UpgradeAsync()
    {
        var stream = await inner.UpgradeAsync();
        request.Use = OpenRequestUse.Conversation;
        return new HeardStream(stream, request, time);
    }
}

/// <summary>The same over HTTP/2 (RFC 8441).</summary>
internal sealed class HeardExtendedConnect(IHttpExtendedConnectFeature inner, OpenRequest request, TimeProvider time) : IHttpExtendedConnectFeature
{
    public bool IsExtendedConnect => inner.IsExtendedConnect;

    public string? Protocol => inner.Protocol;

    public async ValueTask<Stream> AcceptAsync()
    {
        var stream = await inner.AcceptAsync();
        request.Use = OpenRequestUse.Conversation;
        return new HeardStream(stream, request, time);
    }
}
