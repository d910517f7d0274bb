using System.Net;
using System.Security.Cryptography.X509Certificates;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Configuration;

/// <summary>The real program listens as the <c>Kestrel</c> section and <c>urls</c> say, in the framework's own words.</summary>
public sealed class ListenerTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mfa-gateway-");
    private RecordingUpstream _upstream = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await RecordingUpstream.StartAsync();
        var certificate = TestCertificate.Instance;
        using var key = certificate.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "appsettings.json"), "{}");
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "site.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "site.key"), key.ExportPkcs8PrivateKeyPem());
    }

    public async ValueTask DisposeAsync()
    {
        await _upstream.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    public static TheoryData<string[]> HttpsSettings => new(
        ["urls=https://127.0.0.1:0", "Kestrel:Certificates:Default:Path=site.pem", "Kestrel:Certificates:Default:KeyPath=site.key"],
        ["Kestrel:Endpoints:Https:Url=https://127.0.0.1:0", "Kestrel:Certificates:Default:Path=site.pem", "Kestrel:Certificates:Default:KeyPath=site.key"],
        ["Kestrel:Endpoints:Https:Url=https://127.0.0.1:0", "Kestrel:Endpoints:Https:Certificate:Path=site.pem", "Kestrel:Endpoints:Https:Certificate:KeyPath=site.key"]);

    [Theory]
    [MemberData(nameof(HttpsSettings))]
    public async Task HTTPS_with_a_PEM_certificate_serves_both_versions_of_HTTP(string[] settings)
    {
        await using var gateway = await StartAsync(settings);
        Assert.Equal("https", gateway.Address.Scheme);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            SslOptions = { RemoteCertificateValidationCallback = PassThroughGateway.IsTestCertificate },
        });

        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var page = await GetAsync(client, gateway, version);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Equal(version, page.Version);
            Assert.True(page.Headers.Contains("Strict-Transport-Security"));
            Assert.StartsWith("__Host-", page.Headers.GetValues("Set-Cookie").First(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task HTTP_2_without_TLS_is_served_where_an_endpoint_asks_for_it()
    {
        await using var gateway = await StartAsync(["Kestrel:Endpoints:Inner:Url=http://127.0.0.1:0", "Kestrel:Endpoints:Inner:Protocols=Http2"]);
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });

        using var page = await GetAsync(client, gateway, HttpVersion.Version20);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(HttpVersion.Version20, page.Version);
    }

    private Task<GatewayProcess> StartAsync(string[] settings) => GatewayProcess.StartAsync(
        _directory.FullName, _upstream.Address, [.. settings.Select(setting => (setting.Split('=')[0], setting.Split('=')[1]))]);

    private static Task<HttpResponseMessage> GetAsync(HttpClient client, GatewayProcess gateway, Version version) =>
        client.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Address, "/_mfa/sign-in"))
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        });
}
