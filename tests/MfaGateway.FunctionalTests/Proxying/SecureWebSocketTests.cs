using System.Net;
using System.Net.WebSockets;
using System.Text;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>WebSockets to apps that are reached over TLS, by the protocols that such an app may speak.</summary>
public sealed class SecureWebSocketTests : IAsyncLifetime
{
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseCookies = false,
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = PassThroughGateway.IsTestCertificate },
    });

    private WebApplication _app = null!;
    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await StartAppAsync();
        _gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Https = true;
            var routes = new[] { "old", "both", "new" }.Zip(_app.Urls).Append(("exact", _app.Urls.Last()));
            foreach (var (route, address) in routes)
            {
                setup.Route(route, $"/{route}/{{**path}}", "Anonymous")
                    .With($"ReverseProxy:Routes:{route}:ClusterId", route)
                    .With($"ReverseProxy:Clusters:{route}:HttpClient:DangerousAcceptAnyServerCertificate", "true")
                    .With($"ReverseProxy:Clusters:{route}:Destinations:one:Address", address);
            }

            setup.With("ReverseProxy:Clusters:exact:HttpRequest:Version", "2").With("ReverseProxy:Clusters:exact:HttpRequest:VersionPolicy", "RequestVersionExact");
        });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("old", "1.1", "GET HTTP/1.1")]
    [InlineData("old", "2.0", "GET HTTP/1.1")]
    [InlineData("both", "1.1", "CONNECT HTTP/2")]
    [InlineData("both", "2.0", "CONNECT HTTP/2")]
    [InlineData("new", "1.1", "CONNECT HTTP/2")]
    [InlineData("exact", "2.0", "CONNECT HTTP/2")]
    public async Task A_WebSocket_is_opened_and_has_its_statement(string route, string version, string arrivesAs)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var socket = new ClientWebSocket();
        (socket.Options.HttpVersion, socket.Options.HttpVersionPolicy) = (Version.Parse(version), HttpVersionPolicy.RequestVersionExact);
        socket.Options.SetRequestHeader("Remote-User", "root");

        await socket.ConnectAsync(new UriBuilder(_gateway.Address) { Scheme = "wss", Path = $"/{route}/x" }.Uri, _client, cancellationToken);

        var buffer = new byte[200];
        var said = await socket.ReceiveAsync(buffer, cancellationToken);
        Assert.Equal($"{arrivesAs} True  /{route}/x", Encoding.UTF8.GetString(buffer, 0, said.Count));
    }

    // Over HTTP/1.1 alone, both, HTTP/2 alone.
    private static async Task<WebApplication> StartAppAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrel(kestrel =>
        {
            foreach (var protocols in new[] { HttpProtocols.Http1, HttpProtocols.Http1AndHttp2, HttpProtocols.Http2 })
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen =>
                {
                    listen.Protocols = protocols;
                    listen.UseHttps(TestCertificate.Instance);
                });
            }
        });
        builder.Logging.ClearProviders();
        var built = builder.Build();
        built.UseWebSockets();
        built.Run(async context =>
        {
            var request = context.Request;
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var seen = $"{request.Method} {request.Protocol} {request.Headers.ContainsKey("X-Mfa-Assertion")} {request.Headers["Remote-User"]} {request.Path}";
            await socket.SendAsync(Encoding.UTF8.GetBytes(seen), WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
            await socket.ReceiveAsync(new byte[1], context.RequestAborted);
        });
        await built.StartAsync();
        return built;
    }
}
