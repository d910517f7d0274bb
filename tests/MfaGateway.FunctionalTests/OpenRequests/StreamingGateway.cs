using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.OpenRequests;

/// <summary>A gateway over HTTPS with an app behind it that talks on and on.</summary>
internal sealed class StreamingGateway : IAsyncDisposable
{
    private StreamingGateway(GatewayUnderTest product)
    {
        Product = product;
        product.Upstream.Answer = App.AnswerAsync;
    }

    public TalkingApp App { get; } = new();

    public GatewayUnderTest Product { get; }

    public HttpMessageInvoker Client { get; } = new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = PassThroughGateway.IsTestCertificate },
    });

    public static async Task<StreamingGateway> StartAsync(Action<GatewaySetup>? configure = null) =>
        new(await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Https = true;
            setup.Route("app", "/{**path}", policy: null)
                .Route("public", "/public/{**path}", "Anonymous")
                .Route("vault", "/vault/{**path}", "vault")
                .Route("staff", "/staff/{**path}", "staff-only")
                .With("MfaGateway:Policies:vault:MaxAge", "00:15:00")
                .With("MfaGateway:Policies:staff-only:Groups:0", "staff");
            configure?.Invoke(setup);
        }));

    public async Task<TestPerson> AddPersonAsync(string userName = "ada", params string[] groups) =>
        await (await Product.AddPersonAsync(userName, groups)).WithAuthenticatorAsync();

    /// <summary>Signs in with a browser of their own; one sign-in uses up the code of half a minute.</summary>
    public async Task<StreamingPerson> SignInAsync(TestPerson person)
    {
        Product.Time.Advance(TimeSpan.FromSeconds(30));
        var browser = Product.NewBrowser();
        Assert.Equal(HttpStatusCode.OK, (await person.SignInAsync(browser)).Status);
        return With(browser);
    }

    /// <summary>A session without the pages, where a test needs many.</summary>
    public async Task<StreamingPerson> SignInDirectlyAsync(TestPerson person)
    {
        var (now, token) = (Product.Time.GetUtcNow(), SecretToken.New());
        var account = (await Product.Get<AccountStore>().FindAsync(person.AccountId, CancellationToken.None))!;
        Assert.True(await Product.Get<SessionStore>().TryStartAsync(
            new GatewaySession(
                Identifiers.New(), token.Hash, person.AccountId, [new(FactorKind.Password, now), new(FactorKind.Totp, now)],
                now, now, now.AddHours(12), "127.0.0.1", "test"),
            SessionOrigin.FirstAnswer(account.SignInEpoch), replaces: null, mostPerAccount: 100, CancellationToken.None));
        var browser = Product.NewBrowser();
        browser.Cookies["__Host-mfa_session"] = token.Reveal();
        return With(browser);
    }

    /// <summary>Somebody who is not signed in.</summary>
    public StreamingPerson Stranger() => With(Product.NewBrowser());

    public StreamingPerson With(Browser browser) => new(browser, App, Client);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Product.DisposeAsync();
    }
}
