using System.Net;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>An app is asked under the public host, and what it says of its own address leads clients back to that host.</summary>
public sealed class PublicHostTests : IAsyncLifetime
{
    private const string PublicHost = "apps.example.org";

    private readonly SocketUpstream app = new();
    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = PassThroughGateway.IsTestCertificate },
    });

    private WebApplication? tls;
    private GatewayUnderTest? gateway;
    private volatile string? askedName;
    private volatile string? head;

    public async ValueTask InitializeAsync()
    {
        tls = await StartTlsAsync();
        gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Https = true;
            (string Route, string Cluster)[] routes =
            [
                ("plain", "plain"), ("own", "own"), ("forced", "own"), ("unforced", "plain"), ("custom", "plain"), ("named", "named"), ("sub", "based"), ("tls", "tls"), ("tls-named", "tls-named"),
            ];
            foreach (var (route, cluster) in routes)
            {
                setup.Route(route, $"/{route}/{{**path}}", "Anonymous").With($"ReverseProxy:Routes:{route}:ClusterId", cluster);
                setup.With($"ReverseProxy:Clusters:{cluster}:Destinations:one:Address", app.Address.ToString());
            }

            setup.With("MfaGateway:Clusters:own:OriginalHost", "false")
                .With("ReverseProxy:Routes:forced:Transforms:0:RequestHeaderOriginalHost", "true")
                .With("ReverseProxy:Routes:unforced:Transforms:0:RequestHeaderOriginalHost", "false")
                .With("ReverseProxy:Routes:custom:Transforms:0:RequestHeader", "Host").With("ReverseProxy:Routes:custom:Transforms:0:Set", "custom.example")
                .With("ReverseProxy:Clusters:named:Destinations:one:Host", "named.example")
                .With("ReverseProxy:Routes:sub:Transforms:0:PathRemovePrefix", "/sub")
                .With("ReverseProxy:Clusters:based:Destinations:one:Address", app.Address + "base/");
            var secure = $"https://localhost:{new Uri(tls.Urls.First()).Port}/";
            foreach (var cluster in new[] { "tls", "tls-named" })
            {
                setup.With($"ReverseProxy:Clusters:{cluster}:Destinations:one:Address", secure)
                    .With($"ReverseProxy:Clusters:{cluster}:HttpClient:DangerousAcceptAnyServerCertificate", "true");
            }

            setup.With("ReverseProxy:Clusters:tls-named:Destinations:one:Host", "inner.example");
        });
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (gateway is not null)
            await gateway.DisposeAsync();
        if (tls is not null)
            await tls.DisposeAsync();
        await app.DisposeAsync();
    }

    [Theory]
    [InlineData("plain", PublicHost)]
    [InlineData("own", null)]
    [InlineData("forced", PublicHost)]
    [InlineData("unforced", null)]
    [InlineData("custom", "custom.example")]
    [InlineData("named", "named.example")]
    public async Task The_app_gets_the_clients_host_unless_something_says_otherwise(string route, string? host)
    {
        Answer("200 OK", "");
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var answer = await GetAsync($"/{route}/x", version);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal([host ?? app.Address.Authority], RawHttp.Values(head!, "Host"));
        }
    }

    [Theory]
    [InlineData("tls", "localhost", PublicHost)]
    [InlineData("tls-named", "inner.example", "inner.example")]
    public async Task Over_TLS_the_app_is_asked_by_its_own_name(string route, string name, string host)
    {
        using var answer = await GetAsync($"/{route}/x", HttpVersion.Version11);

        Assert.Equal($"HTTP/2 {host}", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(name, askedName);
    }

    [Theory]
    [InlineData("http://{own}/x?y=%7e#f", "https://{public}/x?y=%7e#f")]
    [InlineData("HTTP://{own}/a%2Fb", "https://{public}/a%2Fb")]
    [InlineData("https://{own}/x", "https://{public}/x")]
    [InlineData("//{own}/x", "https://{public}/x")]
    [InlineData("http://{own}", "https://{public}")]
    [InlineData("http://{own}?q", "https://{public}?q")]
    [InlineData("/x", null)]
    [InlineData("x/y", null)]
    [InlineData("http://other.example/x", null)]
    [InlineData("http://127.0.0.1:1/x", null)]
    [InlineData("http://user@{own}/x", null)]
    [InlineData("http://{own}@other.example/x", null)]
    [InlineData("http://other.example/http://{own}/", null)]
    [InlineData("ftp://{own}/x", null)]
    public async Task A_location_that_names_the_apps_address_names_the_public_one_instead(string location, string? expected)
    {
        var sent = location.Replace("{own}", app.Address.Authority, StringComparison.Ordinal);
        Answer("201 Created", $"Location: {sent}\r\nContent-Location: {sent}\r\n");

        using var answer = await GetAsync("/plain/x", HttpVersion.Version11);

        var arrived = (expected ?? sent).Replace("{public}", PublicHost, StringComparison.Ordinal);
        Assert.Equal([arrived], answer.Headers.NonValidated["Location"]);
        Assert.Equal([arrived], answer.Content.Headers.NonValidated["Content-Location"]);
    }

    [Theory]
    [InlineData("http://{own}/base/x", "https://{public}/sub/x")]
    [InlineData("http://{own}/base", "https://{public}/sub/")]
    [InlineData("http://{own}/base?q", "https://{public}/sub/?q")]
    [InlineData("http://{own}/basement", "https://{public}/sub/basement")]
    public async Task Its_path_is_the_one_that_clients_know(string location, string expected)
    {
        Answer("302 Found", $"Location: {location.Replace("{own}", app.Address.Authority, StringComparison.Ordinal)}\r\n");

        using var answer = await GetAsync("/sub/x", HttpVersion.Version11);

        Assert.Equal([expected.Replace("{public}", PublicHost, StringComparison.Ordinal)], answer.Headers.NonValidated["Location"]);
    }

    private void Answer(string status, string headers) => app.Converse = async connection =>
    {
        while (await connection.HearAsync() is { } request)
        {
            head = request;
            await connection.SayAsync($"HTTP/1.1 {status}\r\n{headers}Content-Length: 2\r\n\r\nok");
        }
    };

    private Task<HttpResponseMessage> GetAsync(string path, Version version)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway!.Address, path)) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Host = PublicHost;
        return client.SendAsync(request, TestContext.Current.CancellationToken).WaitAsync(PassThroughGateway.Patience, TimeProvider.System);
    }

    private async Task<WebApplication> StartTlsAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificateSelector = (_, name) =>
            {
                askedName = name;
                return TestCertificate.Instance;
            },
        })));
        builder.Logging.ClearProviders();
        var built = builder.Build();
        built.Run(context => context.Response.WriteAsync($"{context.Request.Protocol} {context.Request.Host}"));
        await built.StartAsync();
        return built;
    }
}
