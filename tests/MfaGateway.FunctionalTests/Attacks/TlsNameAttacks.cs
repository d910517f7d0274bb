using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>
/// One host asks for client certificates (<c>Kestrel:Endpoints:{name}:Sni</c>), another one does not: a connection that names the other one in its
/// TLS handshake must not carry requests for the first.
/// </summary>
public sealed partial class TlsNameAttacks : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("mfagateway-test-").FullName;
    private RecordingUpstream _upstream = null!;
    private GatewayProcess _gateway = null!;
    private int _port;
    private int _plain;

    public async ValueTask InitializeAsync()
    {
        _upstream = await RecordingUpstream.StartAsync();
        var (certificate, key) = (Path.Combine(_directory, "cert.pem"), Path.Combine(_directory, "key.pem"));
        await File.WriteAllTextAsync(certificate, TestCertificate.Instance.ExportCertificatePem());
        using var secret = TestCertificate.Instance.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(key, secret.ExportPkcs8PrivateKeyPem());
        const string Hosts = "Kestrel:Endpoints:Https:Sni";
        _gateway = await GatewayProcess.StartAsync(
            _directory,
            _upstream.Address,
            ("urls", ""),
            ("Kestrel:Endpoints:Https:Url", "https://127.0.0.1:0"),
            ("Kestrel:Endpoints:Plain:Url", "http://127.0.0.1:0"),
            ("MfaGateway:TrustedProxies:0", "127.0.0.9/32"),
            ($"{Hosts}:staff.test:Certificate:Path", certificate),
            ($"{Hosts}:staff.test:Certificate:KeyPath", key),
            ($"{Hosts}:staff.test:ClientCertificateMode", "RequireCertificate"),
            ($"{Hosts}:*.staff.test:Certificate:Path", certificate),
            ($"{Hosts}:*.staff.test:Certificate:KeyPath", key),
            ($"{Hosts}:*.staff.test:ClientCertificateMode", "RequireCertificate"),
            ($"{Hosts}:open.staff.test:Certificate:Path", certificate),
            ($"{Hosts}:open.staff.test:Certificate:KeyPath", key),
            ($"{Hosts}:open.staff.test:ClientCertificateMode", "NoCertificate"),
            ("Kestrel:Endpoints:Https:ClientCertificateMode", "RequireCertificate"),
            ($"{Hosts}:inherits.test:Certificate:Path", certificate),
            ($"{Hosts}:inherits.test:Certificate:KeyPath", key),
            ($"{Hosts}:*:ClientCertificateMode", "NoCertificate"),
            ($"{Hosts}:*:Certificate:Path", certificate),
            ($"{Hosts}:*:Certificate:KeyPath", key),
            ("ReverseProxy:Routes:app:AuthorizationPolicy", "Anonymous"),
            ("ReverseProxy:Routes:app:Match:Hosts:0", "staff.test"),
            ("ReverseProxy:Routes:app:Match:Hosts:1", "public.test"),
            ("ReverseProxy:Routes:app:Match:Hosts:2", "other.test"),
            ("ReverseProxy:Routes:app:Match:Hosts:3", "*.staff.test"),
            ("ReverseProxy:Routes:app:Match:Hosts:4", "inherits.test"));
        Match? listening = null;
        await Eventually.IsAsync(() => Task.FromResult((listening = HttpsListener().Match(_gateway.Output)).Success));
        _port = int.Parse(listening!.Groups["port"].Value, CultureInfo.InvariantCulture);
        await Eventually.IsAsync(() => Task.FromResult((listening = HttpListener().Match(_gateway.Output)).Success));
        _plain = int.Parse(listening.Groups["port"].Value, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("public.test", "staff.test")]
    [InlineData("public.test", "STAFF.test.:443")]
    [InlineData("", "staff.test")]
    [InlineData("public.test", "inherits.test")]
    [InlineData("staff.test.public.test", "staff.test")]
    [InlineData("public.test", "a.b.staff.test")]
    [InlineData("open.staff.test", "a.staff.test")]
    [InlineData("open.staff.test", "staff.test")]
    public async Task A_connection_of_one_host_carries_no_requests_for_another(string named, string host)
    {
        Assert.StartsWith("HTTP/1.1 421", await AskAsync(named, host), StringComparison.Ordinal);
        Assert.Empty(_upstream.Requests);
    }

    [Theory]
    [InlineData("public.test", "public.test")]
    [InlineData("public.test", "Public.Test.:443")]
    [InlineData("public.test", "other.test")]
    [InlineData("open.staff.test", "OPEN.staff.test")]
    public async Task A_host_is_reached_over_its_own_connections(string named, string host) =>
        Assert.StartsWith("HTTP/1.1 200", await AskAsync(named, host), StringComparison.Ordinal);

    [Theory]
    [InlineData("staff.test", "127.0.0.1", 421)]
    [InlineData("a.STAFF.test.", "127.0.0.1", 421)]
    [InlineData("inherits.test", "127.0.0.1", 421)]
    [InlineData("public.test", "127.0.0.1", 200)]
    [InlineData("open.staff.test", "127.0.0.1", 200)]
    [InlineData("staff.test", "127.0.0.9", 200)]
    public async Task A_host_that_demands_certificates_is_not_served_without_TLS_unless_a_trusted_proxy_asks(string host, string from, int status)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
        await client.ConnectAsync(IPAddress.Loopback, _plain, cancellationToken);
        Assert.StartsWith($"HTTP/1.1 {status}", await AskAsync(client.GetStream(), host, "/x"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probes_come_by_address() =>
        Assert.StartsWith("HTTP/1.1 200", await AskAsync("", "127.0.0.1", "/_mfa/health/live"), StringComparison.Ordinal);

    private async Task<string> AskAsync(string named, string host, string path = "/x")
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _port, cancellationToken);
        await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) =>
            certificate?.GetCertHashString() == TestCertificate.Instance.GetCertHashString());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = named }, cancellationToken);
        return await AskAsync(stream, host, path);
    }

    private static async Task<string> AskAsync(Stream stream, string host, string path)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"), cancellationToken);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    [GeneratedRegex("Now listening on: https://[^\\s\"]+:(?<port>[0-9]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HttpsListener();

    [GeneratedRegex("Now listening on: http://[^\\s\"]+:(?<port>[0-9]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HttpListener();
}
