using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using MfaGateway.FunctionalTests.Attacks;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>
/// The whole product over HTTPS: public paths around protected ones, a person who is signed in, and an app behind it that
/// shows every byte it is sent. Requests are written byte by byte.
/// </summary>
public class ReplayGateway : IAsyncLifetime
{
    public const string UserName = "ada";

    private readonly EchoUpstream _upstream = new();
    private GatewayUnderTest? _product;
    private string _cookies = "";

    internal GatewayUnderTest Product => _product!;

    internal TestPerson Person { get; private set; } = null!;

    internal string Authority => Product.Address.Authority;

    public async ValueTask InitializeAsync()
    {
        _product = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Https = true;
            setup.Route("app", "/{**path}", "Anonymous")
                .Route("admin", "/admin/{**path}", "two-factor")
                .Route("docs", "/docs/{**path}", "two-factor")
                .Route("doc-images", "/docs/{page}/images", "Anonymous")
                .Route("tenant", "/tenant/{**path}", "Anonymous")
                .With("ReverseProxy:Routes:tenant:Transforms:0:PathRemovePrefix", "/tenant")
                .With("ReverseProxy:Routes:tenant:Transforms:1:PathPrefix", "/files/tenant")
                .Route("second", "/second/{**path}", "two-factor")
                .Route("second-public", "/second/public/{**path}", "Anonymous")
                .With("ReverseProxy:Routes:second:ClusterId", "second")
                .With("ReverseProxy:Routes:second-public:ClusterId", "second")
                .With("ReverseProxy:Clusters:second:Destinations:one:Address", _upstream.Address)
                .With("ReverseProxy:Clusters:app:Destinations:one:Address", _upstream.Address);
            Configure(setup);
        });
        Person = await (await _product.AddPersonAsync(UserName)).WithAuthenticatorAsync();
        using var browser = _product.NewBrowser();
        Assert.Equal(HttpStatusCode.OK, (await Person.SignInAsync(browser, "/admin/")).Status);
        _cookies = string.Join("; ", browser.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));
        _upstream.Requests.Clear();
    }

    /// <summary>Sends a GET with these header lines (each with its line end).</summary>
    internal Task<Replay> GetAsync(string target, string headerLines = "", bool signedIn = false) =>
        SendAsync($"GET {target} HTTP/1.1\r\n{headerLines}", signedIn);

    /// <summary>Sends a request line and header lines; <c>Host</c>, the cookies and the end of the head are added.</summary>
    internal Task<Replay> SendAsync(string lines, bool signedIn = false, string body = "") =>
        ExchangeAsync($"{lines}Host: {Authority}\r\n{(signedIn ? $"Cookie: {_cookies}\r\n" : "")}Connection: close\r\n\r\n{body}");

    /// <summary>
    /// Sends a GET whose <c>Connection</c> headers are these lines' alone: beside <c>close</c> the server drops nominations before
    /// anything here sees them. Gives it as the app received it.
    /// </summary>
    internal async Task<string> NominateAsync(string target, string headerLines, bool signedIn = false)
    {
        var received = await ExchangeAsync(
            $"GET {target} HTTP/1.1\r\nHost: {Authority}\r\n{(signedIn ? $"Cookie: {_cookies}\r\n" : "")}{headerLines}\r\n"
            + $"GET /last HTTP/1.1\r\nHost: {Authority}\r\nConnection: close\r\n\r\n");
        Assert.Equal(2, received.Forwarded.Count);
        return received.Forwarded[0];
    }

    /// <summary>Sends bytes as they are, one Latin-1 character a byte, and reads until the gateway closes.</summary>
    internal async Task<Replay> ExchangeAsync(string bytes)
    {
        _upstream.Requests.Clear();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(Authority), deadline.Token);
        await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) =>
            certificate?.GetCertHashString() == TestCertificate.Instance.GetCertHashString());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, deadline.Token);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), deadline.Token);
        using var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received, deadline.Token);
        }
        catch (IOException)
        {
            // A reset after a refusal; what came before it counts.
        }

        return new Replay(Encoding.Latin1.GetString(received.ToArray()), [.. _upstream.Requests]);
    }

    /// <summary>A stranger is not served by an app under this target, and is under the honest one beside it.</summary>
    internal async Task IsClosedAsync(string target, string honest)
    {
        var refused = await GetAsync(target);
        Assert.True(refused.Status is 302 or 400 or 401 or 403 or 404, $"{target}: {refused.Text}");
        Assert.Empty(refused.Forwarded);

        var served = await GetAsync(honest);
        Assert.Equal(200, served.Status);
        Assert.Contains(honest[(honest.LastIndexOf('/') + 1)..], served.AtTheApp[..served.AtTheApp.IndexOf('\r')], StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_product is not null)
            await _product.DisposeAsync();
        await _upstream.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected virtual void Configure(GatewaySetup setup)
    {
    }
}
