using System.Net;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>The whole product, with somebody signed in, a public route, and an app that shows every byte it is sent.</summary>
public sealed class SignedInGateway : IAsyncLifetime
{
    public const string UserName = "ada";

    private readonly RawUpstream upstream = new();
    private GatewayUnderTest? gateway;
    private string cookies = "";

    /// <summary>The value of the session cookie, which only the gateway may see.</summary>
    public string Session { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            // Over plain HTTP a session ends where a header hints at a proxy in between, which these tests do all the time.
            setup.Https = true;
            setup.Route("app", "/app/{**path}", policy: null)
                .Route("public", "/public/{**path}", "Anonymous")
                .With("ReverseProxy:Clusters:app:Destinations:one:Address", upstream.Address.ToString())
                .With("MfaGateway:RemovedHeaders:0", "X-House-*")
                .With("MfaGateway:RemovedHeaders:1", "X-Badge")
                .With("MfaGateway:Clusters:app:HeaderNames:Remote-Name", "X-Team-Badge");
        });
        var person = await (await gateway.AddPersonAsync(UserName, "staff")).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        Assert.Equal("ok", (await person.SignInAsync(browser, "/app/")).Body);
        cookies = string.Join("; ", browser.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));
        Session = browser.Cookies.Single(cookie => cookie.Key.EndsWith("mfa_session", StringComparison.Ordinal)).Value;
        upstream.Requests.Clear();
    }

    /// <summary>Sends a GET with these header lines (each with its line end), signed in or not, and gives what the app received.</summary>
    public async Task<string> ForwardAsync(string headerLines, bool signedIn)
    {
        var request = signedIn
            ? $"GET /app/page HTTP/1.1\r\nHost: {gateway!.Address.Authority}\r\nCookie: theme=dark; {cookies}; last=1\r\n{headerLines}\r\n"
            : $"GET /public/page HTTP/1.1\r\nHost: {gateway!.Address.Authority}\r\n{headerLines}\r\n";
        var answer = await RawHttp.SendOverTlsAsync(IPEndPoint.Parse(gateway.Address.Authority), request, TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.True(upstream.Requests.TryDequeue(out var received));
        return received;
    }

    public async ValueTask DisposeAsync()
    {
        if (gateway is not null)
            await gateway.DisposeAsync();
        await upstream.DisposeAsync();
    }
}
