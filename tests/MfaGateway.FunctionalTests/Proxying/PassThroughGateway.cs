using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>
/// The whole product over HTTPS with somebody signed in, and apps of every kind behind it: <c>/</c> an ordinary one,
/// <c>/raw/</c> one that is a bare socket, <c>/h2/</c> one that speaks HTTP/2 alone, <c>/down/</c> one that is not there.
/// </summary>
public sealed class PassThroughGateway : IAsyncLifetime
{
    /// <summary>What anything here may take at most; only a fault takes as long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SocketUpstream raw = new();
    private WebApplication? http2;
    private GatewayUnderTest? gateway;
    private string cookies = "";

    public RecordingUpstream App => gateway!.Upstream;

    public Uri Address => gateway!.Address;

    /// <summary>Where nothing listens.</summary>
    public string DownPort { get; } = UnusedPort().ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What the app that speaks HTTP/2 alone answers.</summary>
    public RequestDelegate Http2Answer { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Speaks each version of HTTP that a request asks for.</summary>
    public HttpMessageInvoker Client { get; } = new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = IsTestCertificate },
    });

    internal SocketUpstream Raw => raw;

    public async ValueTask InitializeAsync()
    {
        http2 = await StartHttp2Async();
        gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Https = true;
            setup.Route("app", "/{**path}", policy: null)
                .Route("raw", "/raw/{**path}", policy: null)
                .Route("h2", "/h2/{**path}", policy: null)
                .Route("down", "/down/{**path}", policy: null)
                .Route("small", "/small/{**path}", policy: null);
            Behind(setup, "raw", raw.Address.ToString());
            Behind(setup, "h2", http2.Urls.First());
            setup.With("ReverseProxy:Clusters:h2:HttpRequest:Version", "2").With("ReverseProxy:Clusters:h2:HttpRequest:VersionPolicy", "RequestVersionExact");
            Behind(setup, "down", $"http://127.0.0.1:{DownPort}");
            setup.With("ReverseProxy:Routes:small:MaxRequestBodySize", "1000");
        });
        var person = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        Assert.Equal(HttpStatusCode.OK, (await person.SignInAsync(browser)).Status);
        cookies = string.Join("; ", browser.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (gateway is not null)
            await gateway.DisposeAsync();
        if (http2 is not null)
            await http2.DisposeAsync();
        await raw.DisposeAsync();
    }

    /// <summary>A request of the person who is signed in.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content = null, Version? version = null)
    {
        var request = new HttpRequestMessage(method, new Uri(Address, path))
        {
            Content = content,
            Version = version ?? HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Add("Cookie", cookies);
        return request;
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) =>
        Client.SendAsync(request, TestContext.Current.CancellationToken).WaitAsync(Patience, TimeProvider.System);

    public async Task<HttpResponseMessage> GetAsync(string path, Action<HttpRequestMessage>? adjust = null, Version? version = null)
    {
        var request = Request(HttpMethod.Get, path, version: version);
        adjust?.Invoke(request);
        return await SendAsync(request);
    }

    /// <summary>The same person on a connection without a library in between; <paramref name="head"/> lacks the last, empty line.</summary>
    internal async Task<(SslStream Stream, SocketConnection Connection)> ConnectAsync(string head)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Address.Port);
        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, IsTestCertificate);
        await stream.AuthenticateAsClientAsync("localhost");
        var patience = new CancellationTokenSource(Patience).Token;
        var connection = new SocketConnection(stream, patience);
        await connection.SayAsync($"{head}Host: {Address.Authority}\r\nCookie: {cookies}\r\n\r\n");
        return (stream, connection);
    }

    /// <summary>The cookies of the person who is signed in, as a header's value.</summary>
    public string Cookies => cookies;

    public static bool IsTestCertificate(
        object sender,
        System.Security.Cryptography.X509Certificates.X509Certificate? certificate,
        System.Security.Cryptography.X509Certificates.X509Chain? chain,
        SslPolicyErrors errors) =>
        certificate?.GetCertHashString() == TestCertificate.Instance.GetCertHashString();

    private static void Behind(GatewaySetup setup, string id, string address) => setup
        .With($"ReverseProxy:Routes:{id}:ClusterId", id)
        .With($"ReverseProxy:Clusters:{id}:Destinations:one:Address", address);

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<WebApplication> StartHttp2Async()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(context => Http2Answer(context));
        await app.StartAsync();
        return app;
    }
}

/// <summary>A body that is sent as it is written, piece by piece, when the test says so.</summary>
internal sealed class PiecemealContent : HttpContent
{
    private readonly Pipe pipe = new();
    private readonly long? length;

    public PiecemealContent(string mediaType = "application/octet-stream", long? length = null)
    {
        this.length = length;
        Headers.TryAddWithoutValidation("Content-Type", mediaType);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> piece) =>
        await pipe.Writer.WriteAsync(piece).AsTask().WaitAsync(PassThroughGateway.Patience);

    public ValueTask EndAsync() => pipe.Writer.CompleteAsync();

    protected override bool TryComputeLength(out long computed)
    {
        computed = length ?? 0;
        return length is not null;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await pipe.Reader.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
                await stream.WriteAsync(segment, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }
}
