using System.Net;
using MfaGateway.FunctionalTests.Api;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>What a script of an app can do to the gateway's pages and its API, which are on the same origin.</summary>
public sealed class SharedOriginAttacks
{
    public static TheoryData<string> OtherThanATab => ["empty", "iframe", "frame", "embed", "object", "script", "image", "", "Document", "document, empty"];

    [Theory]
    [MemberData(nameof(OtherThanATab))]
    public async Task A_page_is_neither_read_nor_posted_by_what_is_not_a_tab(string destination)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var root = await (await gateway.AddPersonAsync("root", "admins")).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await root.SignInAsync(browser);
        var form = (await browser.GetAsync("/_mfa/admin/invite")).Form(
            ("username", "mallory"), ("email", "mallory@evil.example"), ("groups", "admins"));

        var read = await browser.GetAsync("/_mfa/admin/invite", request => From(request, destination));
        var posted = await browser.PostAsync(form.Action, form.Values, request => From(request, destination));

        Assert.Equal(HttpStatusCode.Forbidden, read.Status);
        Assert.DoesNotContain("__RequestVerificationToken", read.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, posted.Status);
        Assert.DoesNotContain("mallory", (await browser.GetAsync("/_mfa/admin")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_page_at_all_answers_a_script_while_what_is_no_page_does()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:MagicCode:Enabled", "true"));
        var root = await (await gateway.AddPersonAsync("root", "admins")).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await root.SignInAsync(browser);
        var pages = gateway.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not null)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/').Replace("{id}", "x", StringComparison.Ordinal))
            .Distinct().ToList();

        Assert.True(pages.Count > 30);
        foreach (var page in pages)
        {
            var read = await browser.GetAsync(page, request => From(request, "empty"));
            Assert.Equal((page, HttpStatusCode.Forbidden), (page, read.Status));
            Assert.Contains("in a tab of its own only", read.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("in a tab of its own only", (await browser.GetAsync(page, request => From(request, "document"))).Body, StringComparison.Ordinal);
        }

        foreach (var other in new[] { "/_mfa/assets/site.css", "/_mfa/.well-known/jwks.json", "/_mfa/health/live", "/_mfa/api/v1/session", "/" })
            Assert.Equal((other, HttpStatusCode.OK), (other, (await browser.GetAsync(other, request => From(request, "empty"))).Status));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Sec-Fetch-Mode", "cors")]
    [InlineData("Sec-Fetch-Dest", "empty")]
    public async Task A_script_changes_nothing_of_an_account_and_reads_no_enrolment(string header, string value)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        await ApiJourneys.SignInAsync(client, ada);
        var document = await client.GetAsync("/openapi.json");
        var operations = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => (Method: operation.Key.ToUpperInvariant(), Path: path.Key)))
            .Where(operation => operation.Path.StartsWith("/enroll", StringComparison.Ordinal)
                || (operation.Path.StartsWith("/account", StringComparison.Ordinal) && operation.Method != "GET"))
            .ToList();

        Assert.True(operations.Count > 10);
        foreach (var (method, path) in operations)
        {
            var answer = await client.SendAsync(
                new HttpMethod(method), path.Replace("{id}", "x", StringComparison.Ordinal), method == "GET" ? null : ApiClient.Json("{}"),
                request => request.Headers.TryAddWithoutValidation(header, value));
            answer.Is(HttpStatusCode.Forbidden, "browser-changes-off");
        }
    }

    [Theory]
    [InlineData("/_MFA/API/V1/ACCOUNT/recovery-codes")]
    [InlineData("/_mfa/api/v1/%61ccount/recovery-codes")]
    public async Task Nor_under_another_spelling_of_the_address(string url)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        await ApiJourneys.SignInAsync(client, ada);

        var answer = await client.Browser.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, url) { Content = ApiClient.Json("{}") },
            request =>
            {
                request.Headers.Add("Mfa-Csrf", "1");
                request.Headers.Add("Sec-Fetch-Site", "same-origin");
            });

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("browser-changes-off", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_operator_allows_it_a_script_does_and_programs_that_are_no_browser_always_do()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:Api:BrowserChanges", "true"));
        await using var strict = await GatewayUnderTest.StartAsync();
        foreach (var (each, asBrowser) in new[] { (gateway, true), (strict, false) })
        {
            var ada = await (await each.AddPersonAsync()).WithAuthenticatorAsync();
            using var client = new ApiClient(each.NewBrowser());
            await ApiJourneys.SignInAsync(client, ada);

            var answer = await client.SendAsync(HttpMethod.Post, "/account/recovery-codes", ApiClient.Json("{}"), request =>
            {
                if (asBrowser)
                    request.Headers.Add("Sec-Fetch-Site", "same-origin");
            });

            Assert.Equal(HttpStatusCode.OK, answer.Status);
        }
    }

    [Fact]
    public async Task A_script_still_signs_in_and_out_and_reads_who_is_signed_in()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var client = new ApiClient(gateway.NewBrowser());

        foreach (var (path, body) in new (string, object)[]
        {
            ("/sign-in", new { userName = ada.UserName, password = ada.Password }),
            ("/challenge/totp", new { code = ada.CurrentCode }),
        })
        {
            var answer = await client.SendAsync(
                HttpMethod.Post, path, ApiClient.Json(System.Text.Json.JsonSerializer.Serialize(body)), request => From(request, "empty"));
            Assert.Equal(HttpStatusCode.OK, answer.Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await client.Browser.GetAsync("/_mfa/api/v1/account/sessions", request => From(request, "empty"))).Status);
    }

    private static void From(HttpRequestMessage request, string destination)
    {
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Dest", destination);
        if (destination == "empty")
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
    }
}
