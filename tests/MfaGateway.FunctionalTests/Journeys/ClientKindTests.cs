using System.Net;
using System.Text.Json;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Journeys;

/// <summary>What each kind of client gets that is not signed in, or not well enough.</summary>
public sealed class ClientKindTests
{
    [Theory]
    [InlineData("navigate", null, null, "GET", true)]
    [InlineData("navigate", null, null, "HEAD", true)]
    [InlineData("cors", "text/html", null, "GET", false)]
    [InlineData("no-cors", "text/html", null, "GET", false)]
    [InlineData("same-origin", "text/html", null, "GET", false)]
    [InlineData("websocket", "text/html", null, "GET", false)]
    [InlineData("cors", "text/html", null, "POST", false)]
    [InlineData(null, "application/json", null, "POST", false)]
    [InlineData(null, "text/html", "XMLHttpRequest", "POST", false)]
    [InlineData(null, "text/html,application/xhtml+xml", null, "GET", true)]
    [InlineData(null, "text/html", "XMLHttpRequest", "GET", false)]
    [InlineData(null, "application/json", null, "GET", false)]
    [InlineData(null, "*/*", null, "GET", false)]
    [InlineData(null, null, null, "GET", false)]
    public async Task Only_a_browser_going_to_a_page_is_redirected(
        string? fetchMode, string? accept, string? requestedWith, string method, bool redirected)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        var answer = await browser.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/reports?x=1"), request =>
        {
            request.Headers.Accept.Clear();
            Add(request, "Sec-Fetch-Mode", fetchMode);
            Add(request, "Accept", accept);
            Add(request, "X-Requested-With", requestedWith);
        });

        Assert.Empty(gateway.Upstream.Requests);
        if (redirected)
        {
            Assert.Equal(HttpStatusCode.Found, answer.Status);
            Assert.Equal("/_mfa/sign-in?returnUrl=%2Freports%3Fx%3D1", answer.Location);
        }
        else
        {
            AssertProblem(answer, HttpStatusCode.Unauthorized, "sign-in-required");
        }
    }

    [Fact]
    public async Task A_form_of_ours_that_is_sent_too_late_leads_by_the_sign_in_back_to_its_page()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        var posted = await browser.PostAsync("/_mfa/account?x=1", []);
        var script = await browser.PostAsync("/_mfa/account", [], request =>
        {
            request.Headers.Accept.Clear();
            request.Headers.Add("Accept", "application/json");
        });

        Assert.Equal(HttpStatusCode.SeeOther, posted.Status);
        Assert.Equal("/_mfa/sign-in?returnUrl=%2F_mfa%2Faccount%3Fx%3D1", posted.Location);
        AssertProblem(script, HttpStatusCode.Unauthorized, "sign-in-required");
    }

    [Fact]
    public async Task A_web_socket_handshake_gets_401_and_not_a_redirect()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        var answer = await browser.GetAsync("/socket", request =>
        {
            request.Headers.Add("Connection", "Upgrade");
            request.Headers.Add("Upgrade", "websocket");
            request.Headers.Add("Sec-WebSocket-Version", "13");
            request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        });

        AssertProblem(answer, HttpStatusCode.Unauthorized, "sign-in-required");
    }

    [Fact]
    public async Task Signed_in_but_not_enough_is_step_up_required()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("wiki", "/wiki/{**path}", "one-factor")
            .Route("vault", "/vault/{**path}", "two-factor"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser, "/wiki/");

        AssertProblem(await browser.GetAsync("/vault/", AsFetch), HttpStatusCode.Unauthorized, "step-up-required");
    }

    [Fact]
    public async Task Signed_in_and_not_allowed_is_403_in_the_clients_language()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("wiki", "/wiki/{**path}", null)
            .Route("books", "/books/{**path}", "finance")
            .Route("no", "/no/{**path}", "deny")
            .With("MfaGateway:Policies:finance:Groups:0", "finance"));
        var ada = await (await gateway.AddPersonAsync("ada", "staff")).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser, "/wiki/");
        var reached = gateway.Upstream.Requests.Count;

        foreach (var path in new[] { "/books/2025", "/no/way" })
        {
            AssertProblem(await browser.GetAsync(path, AsFetch), HttpStatusCode.Forbidden, "access-denied");
            var page = await browser.GetAsync(path);
            Assert.Equal(HttpStatusCode.Forbidden, page.Status);
            Assert.StartsWith("text/html", page.Header("Content-Type"), StringComparison.Ordinal);
        }

        Assert.Equal(reached, gateway.Upstream.Requests.Count);
    }

    [Fact]
    public async Task The_account_page_is_guarded_like_a_route_and_every_other_page_is_open_on_purpose()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        Assert.Equal("/_mfa/sign-in?returnUrl=%2F_mfa%2Faccount", (await browser.GetAsync("/_mfa/account")).Location);
        AssertProblem(await browser.GetAsync("/_mfa/account", AsFetch), HttpStatusCode.Unauthorized, "sign-in-required");

        var unguarded = gateway.Get<Microsoft.AspNetCore.Routing.EndpointDataSource>().Endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is not null)
            .Select(endpoint => endpoint.DisplayName)
            .Where(name => name!.StartsWith('/') && !name.Contains('{', StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "/AskAdministrator", "/Challenge/Code", "/Challenge/CodeWait", "/Challenge/Index", "/Challenge/Password", "/Challenge/RecoveryCode", "/Challenge/Totp", "/Continue",
                "/Enroll/Code", "/Enroll/RecoveryCodes", "/Enroll/Totp", "/Link", "/ResetPassword/Index", "/ResetPassword/Set", "/Setup", "/SignIn", "/SignInCode",
                "/SignOut", "/SignedOut",
            ],
            unguarded);
    }

    [Fact]
    public async Task Every_page_that_changes_how_one_signs_in_wants_fresh_proofs_and_no_other_page_of_the_account_does()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();

        var account = gateway.Get<Microsoft.AspNetCore.Routing.EndpointDataSource>().Endpoints
            .Where(endpoint => endpoint.DisplayName!.StartsWith("/Account/", StringComparison.Ordinal))
            .ToLookup(
                endpoint => endpoint.Metadata.GetOrderedMetadata<Microsoft.AspNetCore.Authorization.IAuthorizeData>()
                    .Any(data => data.Policy == "account-change"),
                endpoint => endpoint.DisplayName!);

        Assert.Equal(
            [
                "/Account/Authenticators/Add", "/Account/Authenticators/Remove", "/Account/Authenticators/Rename",
                "/Account/Password", "/Account/RecoveryCodes/Regenerate", "/Account/SignInMethods",
            ],
            account[true].Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(
            [
                "/Account/Activity", "/Account/Authenticators/Index", "/Account/Browsers/Forget", "/Account/Browsers/Index", "/Account/Index", "/Account/RecoveryCodes/Index",
                "/Account/Sessions/End", "/Account/Sessions/EndOthers", "/Account/Sessions/Index",
            ],
            account[false].Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_policy_of_groups_lets_its_members_in()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("books", "/{**path}", "finance")
            .With("MfaGateway:Policies:finance:Groups:0", "finance"));
        var ada = await (await gateway.AddPersonAsync("ada", "staff", "finance")).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();

        Assert.Equal("hello from upstream", (await ada.SignInAsync(browser)).Body);
    }

    [Fact]
    public async Task A_policy_of_networks_denies_everybody_else_before_any_sign_in()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("inside", "/inside/{**path}", "office")
            .Route("here", "/here/{**path}", "machine")
            .With("MfaGateway:Policies:office:Networks:0", "10.0.0.0/8")
            .With("MfaGateway:Policies:machine:Networks:0", "127.0.0.0/8"));
        using var browser = gateway.NewBrowser();

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/inside/x")).Status);
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/here/x")).Status);
    }

    [Fact]
    public async Task An_anonymous_route_asks_nobody_and_says_so_to_the_app()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("public", "/pub/{**path}", "Anonymous")
            .Route("rest", "/{**path}", null));
        using var browser = gateway.NewBrowser();

        Assert.Equal("hello from upstream", (await browser.GetAsync("/pub/page")).Body);

        var seen = gateway.Upstream.Last.Headers;
        Assert.DoesNotContain("Remote-User", seen.Keys);
        var claims = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(seen["X-Mfa-Assertion"].Split('.')[1])).RootElement;
        Assert.Equal(string.Empty, claims.GetProperty("sub").GetString());
        Assert.Equal("none", claims.GetProperty("acr").GetString());
    }

    [Fact]
    public async Task Every_answer_of_the_gateway_has_its_security_headers_and_no_answer_of_an_app_does()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("public", "/pub/{**path}", "Anonymous")
            .Route("rest", "/{**path}", null));
        using var browser = gateway.NewBrowser();

        foreach (var url in new[] { "/", "/_mfa/sign-in", "/_mfa/nothing-here", "/_mfa/health/live", "/_mfa/.well-known/jwks.json", "/%zz" })
        {
            var own = await browser.GetAsync(url);
            Assert.Contains("default-src 'none'", own.Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Equal("nosniff", own.Header("X-Content-Type-Options"));
            Assert.Equal("no-referrer", own.Header("Referrer-Policy"));
            Assert.NotNull(own.Header("Cross-Origin-Opener-Policy"));
            Assert.NotNull(own.Header("Cross-Origin-Resource-Policy"));
        }

        var app = await browser.GetAsync("/pub/page");
        Assert.Null(app.Header("Content-Security-Policy"));
        Assert.Null(app.Header("Referrer-Policy"));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/json")]
    public async Task A_refusal_on_the_way_to_an_app_is_the_gateways_own_answer(string accept)
    {
        // The route matches and is public; what refuses is the rewriting of its path.
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("public", "/pub/{**path}", "Anonymous")
            .Route("rest", "/{**path}", "Anonymous")
            .With("ReverseProxy:Routes:public:Transforms:0:PathRemovePrefix", "/pub"));
        using var browser = gateway.NewBrowser();

        var answer = await browser.GetAsync("/pub/a/..%2fb", request =>
        {
            request.Headers.Accept.Clear();
            Add(request, "Accept", accept);
        });

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Empty(gateway.Upstream.Requests);
        Assert.Contains("default-src 'none'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("no-store", answer.Header("Cache-Control"), StringComparison.Ordinal);
        Assert.NotEmpty(answer.Body);
    }

    private static void AsFetch(HttpRequestMessage request)
    {
        request.Headers.Accept.Clear();
        request.Headers.Add("Sec-Fetch-Mode", "cors");
    }

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
            request.Headers.TryAddWithoutValidation(name, value);
    }

    private static void AssertProblem(Visit answer, HttpStatusCode status, string name)
    {
        Assert.Equal(status, answer.Status);
        Assert.StartsWith("application/problem+json", answer.Header("Content-Type"), StringComparison.Ordinal);
        var problem = JsonDocument.Parse(answer.Body).RootElement;
        Assert.EndsWith(name, problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        if (status == HttpStatusCode.Unauthorized)
            Assert.StartsWith("/_mfa/", problem.GetProperty("signInUrl").GetString(), StringComparison.Ordinal);
    }
}
