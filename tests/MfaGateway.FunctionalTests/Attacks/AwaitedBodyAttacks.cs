using System.Net;
using System.Net.Http.Headers;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>
/// Who is about to lose a session, or a right, sends everything of a request but its end, and the end afterwards: the request must be worth what the
/// session is worth when it can be acted on.
/// </summary>
public sealed class AwaitedBodyAttacks : IAsyncLifetime
{
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        Expect100ContinueTimeout = PassThroughGateway.Patience,
        SslOptions = { RemoteCertificateValidationCallback = PassThroughGateway.IsTestCertificate },
    });

    private GatewayUnderTest _gateway = null!;
    private TestPerson _ada = null!;
    private Browser _adas = null!;

    public static TheoryData<string, string> Ends => new()
    {
        { "1.1", "disabled" }, { "1.1", "signed out" }, { "1.1", "no longer a member" }, { "2.0", "disabled" },
    };

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Https = true;
            setup.Route("app", "/app/{**path}", "staff-only").With("MfaGateway:Policies:staff-only:Groups:0", "admins");
        });
        await _gateway.AddPersonAsync("root", "admins");
        _ada = await (await _gateway.AddPersonAsync("ada", "admins")).WithAuthenticatorAsync();
        _adas = _gateway.NewBrowser();
        Assert.Equal(HttpStatusCode.OK, (await _ada.SignInAsync(_adas, "/app/")).Status);
        _gateway.Upstream.Requests.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _adas.Dispose();
        await _gateway.DisposeAsync();
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("signed out")]
    [InlineData("no longer a member")]
    public async Task A_request_over_HTTP2_whose_end_comes_later_reaches_no_app(string how)
    {
        var end = new AwaitedBody([]);
        var answering = SendAsync(HttpMethod.Get, "/app/secret", end, HttpVersion.Version20);
        await end.Asked.WaitAsync(PassThroughGateway.Patience, TimeProvider.System);

        await EndAsync(how);
        end.Release();

        using var answer = await answering;
        Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, answer.StatusCode.ToString());
        Assert.Empty(_gateway.Upstream.Requests);
    }

    [Fact]
    public async Task A_request_over_HTTP2_whose_end_comes_later_passes_where_nothing_has_changed()
    {
        var end = new AwaitedBody([]);
        var answering = SendAsync(HttpMethod.Get, "/app/secret", end, HttpVersion.Version20);
        await end.Asked.WaitAsync(PassThroughGateway.Patience, TimeProvider.System);
        end.Release();

        using var answer = await answering;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("ada", _gateway.Upstream.Last.Headers["Remote-User"]);
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_form_of_an_administrator_whose_end_comes_later_does_nothing(string version, string how)
    {
        var (answering, body) = await PostInvitationAsync(Version.Parse(version));

        await EndAsync(how);
        body.Release();

        using var answer = await answering;
        Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, answer.StatusCode.ToString());
        Assert.Null(await _gateway.Get<AdministrationService>().FindByNameAsync("mallory", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_form_whose_end_comes_later_is_taken_where_nothing_has_changed()
    {
        var (answering, body) = await PostInvitationAsync(HttpVersion.Version11);
        body.Release();

        using var answer = await answering;
        Assert.NotNull(await _gateway.Get<AdministrationService>().FindByNameAsync("mallory", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("signed out")]
    public async Task A_change_by_the_API_whose_end_comes_later_does_nothing(string how)
    {
        var phone = Assert.Single(await PhonesAsync());
        var body = new AwaitedBody("""{"name":"Stolen"}"""u8.ToArray());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var answering = SendAsync(HttpMethod.Patch, $"/_mfa/api/v1/account/authenticators/{phone.Id}", body, HttpVersion.Version11);
        await body.Asked.WaitAsync(PassThroughGateway.Patience, TimeProvider.System);

        await EndAsync(how);
        body.Release();

        using var answer = await answering;
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(phone.Name, Assert.Single(await PhonesAsync()).Name);
    }

    private async Task<(Task<HttpResponseMessage> Answering, AwaitedBody Body)> PostInvitationAsync(Version version)
    {
        var (_, values) = (await _adas.GetAsync("/_mfa/admin/invite")).Form(
            ("username", "mallory"), ("email", "mallory@example.org"), ("groups", "admins"));
        using var form = new FormUrlEncodedContent(values);
        var body = new AwaitedBody(await form.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        body.Headers.ContentType = form.Headers.ContentType;
        var answering = SendAsync(HttpMethod.Post, "/_mfa/admin/invite", body, version);
        await body.Asked.WaitAsync(PassThroughGateway.Patience, TimeProvider.System);
        return (answering, body);
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent body, Version version)
    {
        var request = new HttpRequestMessage(method, new Uri(_gateway.Address, path))
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        request.Headers.ExpectContinue = true;
        request.Headers.Add("Cookie", string.Join("; ", _adas.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        request.Headers.Add("Mfa-Csrf", "1");
        return _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private async Task EndAsync(string how)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        switch (how)
        {
            case "disabled":
                await _ada.DisableAsync();
                break;
            case "signed out":
                using (var elsewhere = _adas.Clone())
                    Assert.Equal("/_mfa/signed-out", (await elsewhere.SubmitAsync(await elsewhere.GetAsync("/_mfa/sign-out"))).Location);
                break;
            default:
                var account = (await _gateway.Get<AccountStore>().FindAsync(_ada.AccountId, cancellationToken))!;
                Assert.IsType<AccountEdit.Changed>(await _gateway.Get<AdministrationService>().EditAsync(
                    account, AccountDetails.Of(account) with { Groups = [] }, Actor.Command, cancellationToken));
                break;
        }
    }

    private Task<IReadOnlyList<TotpAuthenticator>> PhonesAsync() =>
        _gateway.Get<TotpStore>().ListAsync(_ada.AccountId, TestContext.Current.CancellationToken);
}
