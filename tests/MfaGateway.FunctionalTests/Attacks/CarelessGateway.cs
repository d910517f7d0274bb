using System.Collections.Concurrent;
using System.Net;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>
/// The whole product in front of an HTTP/1.1 app that reads no body: what follows a request's head is the next request to
/// it. <c>/pub/</c> goes there as it comes, <c>/reads/</c> with <c>ReadsEveryBody</c>, <c>/bodies/</c> with bodies on safe
/// methods allowed; <c>/h2/</c> and <c>/tls/</c> to apps that speak HTTP/2, <c>/tls1/</c> to one that reads bodies and speaks HTTP/1.1 over TLS.
/// </summary>
public sealed class CarelessGateway : IAsyncLifetime
{
    private readonly SocketUpstream app = new();
    private WebApplication? http2;
    private WebApplication? tls;
    private WebApplication? tls1;
    private GatewayUnderTest? gateway;

    /// <summary>The heads of all requests that the app has handled, in order.</summary>
    public ConcurrentQueue<string> Heads { get; } = new();

    /// <summary>The connections that the other apps have got requests on.</summary>
    public ConcurrentQueue<string> ModernConnections { get; } = new();

    /// <summary>Whether the app closes a connection when it is asked to, as RFC 9112 9.6 demands.</summary>
    public bool ClosesWhenAsked { get; set; } = true;

    public int Connections => app.Connections;

    public Uri Address => gateway!.Address;

    public HttpMessageInvoker Client { get; } = new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = PassThroughGateway.IsTestCertificate },
    });

    /// <summary>How the app answers a head; what it gives is sent before the next request on that connection is answered.</summary>
    internal Func<SocketConnection, string, Task<string>> Answer { get; set; } = AnswerWithTargetAsync;

    public async ValueTask InitializeAsync()
    {
        http2 = await StartModernAsync(HttpProtocols.Http2, overTls: false);
        tls = await StartModernAsync(HttpProtocols.Http1AndHttp2, overTls: true);
        tls1 = await StartModernAsync(HttpProtocols.Http1, overTls: true);
        gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Https = true;
            setup.Route("pub", "/pub/{**path}", "Anonymous")
                .Route("reads", "/reads/{**path}", "Anonymous")
                .Route("bodies", "/bodies/{**path}", "Anonymous")
                .Route("h2", "/h2/{**path}", "Anonymous")
                .Route("tls", "/tls/{**path}", "Anonymous")
                .Route("tls1", "/tls1/{**path}", "Anonymous");
            var careless = app.Address.ToString();
            (string, string)[] clusters =
            [
                ("pub", careless), ("reads", careless), ("bodies", careless), ("h2", http2.Urls.First()), ("tls", tls.Urls.First()), ("tls1", tls1.Urls.First()),
            ];
            foreach (var (id, address) in clusters)
            {
                setup.With($"ReverseProxy:Clusters:{id}:HttpClient:DangerousAcceptAnyServerCertificate", "true");
                setup.With($"ReverseProxy:Routes:{id}:ClusterId", id)
                    .With($"ReverseProxy:Clusters:{id}:Destinations:one:Address", address);
            }

            setup.With("MfaGateway:Clusters:reads:ReadsEveryBody", "true")
                .With("ReverseProxy:Routes:bodies:Metadata:MfaGateway.AllowBodyOnSafeMethods", "true")
                .With("ReverseProxy:Clusters:h2:HttpRequest:Version", "2")
                .With("ReverseProxy:Clusters:h2:HttpRequest:VersionPolicy", "RequestVersionExact");
        });
        Reset();
    }

    /// <summary>As at the beginning of a test, with no connection open.</summary>
    public void Reset()
    {
        Heads.Clear();
        ModernConnections.Clear();
        ClosesWhenAsked = true;
        Answer = AnswerWithTargetAsync;
        app.Converse = ConverseAsync;
    }

    public async Task<string> SendAsync(string path, HttpMethod method, HttpContent? content = null, Version? version = null, Action<HttpRequestMessage>? adjust = null)
    {
        using var answer = await RespondAsync(path, method, content, version, adjust);
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
    }

    public Task<HttpResponseMessage> RespondAsync(
        string path, HttpMethod method, HttpContent? content = null, Version? version = null, Action<HttpRequestMessage>? adjust = null)
    {
        var request = new HttpRequestMessage(method, new Uri(Address, path))
        {
            Content = content,
            Version = version ?? HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        adjust?.Invoke(request);
        return Client.SendAsync(request, TestContext.Current.CancellationToken).WaitAsync(PassThroughGateway.Patience, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (gateway is not null)
            await gateway.DisposeAsync();
        foreach (var other in new[] { http2, tls, tls1 }.OfType<WebApplication>())
            await other.DisposeAsync();
        await app.DisposeAsync();
    }

    /// <summary>Method and target of a head.</summary>
    internal static string LineOf(string head) => head[..head.IndexOf(" HTTP/", StringComparison.Ordinal)];

    private static async Task<string> AnswerWithTargetAsync(SocketConnection connection, string head)
    {
        var line = LineOf(head);
        await connection.SayAsync($"HTTP/1.1 200 OK\r\nContent-Length: {line.Length}\r\n\r\n{line}");
        return "";
    }

    private async Task ConverseAsync(SocketConnection connection)
    {
        var leftover = "";
        while (await connection.HearHeadAsync() is { Length: > 0 } head)
        {
            Heads.Enqueue(head);
            if (leftover.Length > 0)
                await connection.SayAsync(leftover);
            leftover = await Answer(connection, head);
            if (ClosesWhenAsked && RawHttp.Values(head, "Connection").Contains("close"))
                return;
        }
    }

    private async Task<WebApplication> StartModernAsync(HttpProtocols protocols, bool overTls)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrel().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (overTls)
                listen.UseHttps(TestCertificate.Instance);
        }));
        builder.Logging.ClearProviders();
        var built = builder.Build();
        built.Run(async context =>
        {
            ModernConnections.Enqueue(context.Connection.Id);
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            await context.Response.WriteAsync(context.Request.Protocol);
        });
        await built.StartAsync();
        return built;
    }
}
