using System.Net;
using System.Text.RegularExpressions;
using MfaGateway.Api;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>GET, HEAD and OPTIONS change nothing: another site can have a browser send them, by a link, a frame or an image.</summary>
public sealed class SafeMethodAttacks
{
    [Theory]
    [InlineData("stranger")]
    [InlineData("asked for the code")]
    [InlineData("signed in by one factor")]
    [InlineData("enrolling")]
    [InlineData("with codes to save")]
    [InlineData("administrator")]
    [InlineData("waiting for a mailed code")]
    public async Task Looking_at_every_address_of_the_gateway_leaves_the_store_as_it_is(string state)
    {
        await using var gateway = await StartAsync();
        using var browser = gateway.NewBrowser();
        var accountId = await BringAsync(gateway, browser, state);
        var before = await StoreContents.ReadAsync(gateway);
        var cookies = browser.Cookies.ToDictionary();

        foreach (var path in OwnAddresses(gateway, accountId))
        {
            foreach (var query in new[] { "", "?returnUrl=%2Fvault%2F", "?returnUrl=%2Fvault%2F&policy=two-factor", "?returnUrl=%2Fwiki%2F&policy=fresh" })
            {
                foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Options })
                {
                    using var visitor = browser.Clone();
                    await visitor.SendAsync(new HttpRequestMessage(method, path + query), FromElsewhere);
                    var after = await StoreContents.ReadAsync(gateway);
                    Assert.True(before == after, $"{state}: {method} {path}{query} changed the store.");
                }
            }
        }

        Assert.Equal(cookies, browser.Cookies);
    }

    [Fact]
    public async Task A_link_of_another_site_takes_no_recovery_codes_from_a_person_who_has_not_saved_them()
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser, "/wiki/");
        var codes = await EnrollAsync(gateway, ada, browser, await browser.OpenAsync("/vault/"));
        Assert.NotEmpty(codes);

        foreach (var policy in new[] { "two-factor", "fresh", "one-factor", "phishing-resistant", "deny", "nonsense" })
            await browser.GetAsync($"/_mfa/challenge?policy={policy}&returnUrl=%2Felsewhere", FromElsewhere);

        Assert.Equal(codes, CodesOn(await browser.OpenAsync("/_mfa/enroll/recovery-codes")));
        // Nor does the person lose them by opening something else meanwhile.
        Assert.Equal(codes, CodesOn(await browser.OpenAsync("/_mfa/challenge?policy=fresh&returnUrl=%2Fvault%2F")));
    }

    [Fact]
    public async Task A_step_up_asks_at_once_and_begins_with_its_answer()
    {
        await using var gateway = await StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser, "/wiki/");
        gateway.Time.Advance(TimeSpan.FromMinutes(20));

        // No click in between: the protected address leads to the field.
        var asked = await browser.OpenAsync("/vault/fresh/");
        Assert.StartsWith("/_mfa/challenge/password", asked.Url, StringComparison.Ordinal);
        var wrong = await browser.SubmitAsync(asked, ("password", "not this one"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        var next = await browser.FollowAsync(await browser.SubmitAsync(wrong, ("password", ada.Password)));
        var done = await browser.SubmitAsync(next, ("code", ada.CurrentCode));

        Assert.Equal("/vault/fresh/", done.Location);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/vault/fresh/")).Status);
    }

    [Fact]
    public async Task Codes_that_are_guessed_each_in_a_step_up_of_its_own_are_counted_for_the_account()
    {
        await using var gateway = await StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var owner = gateway.NewBrowser();
        await ada.SignInAsync(owner, "/wiki/");
        gateway.Time.Advance(TimeSpan.FromMinutes(20));

        var compared = 0;
        for (var attempt = 0; attempt < 15; attempt++)
        {
            gateway.Time.Advance(TimeSpan.FromSeconds(11));
            using var thief = owner.Clone();
            var again = await thief.FollowAsync(await thief.SubmitAsync(await thief.OpenAsync("/vault/fresh/"), ("password", ada.Password)));
            compared += (await thief.SubmitAsync(again, ("code", ada.WrongCode))).Status == HttpStatusCode.Unauthorized ? 1 : 0;
        }

        Assert.InRange(compared, 1, 10);
        using var browser = owner.Clone();
        var password = await browser.OpenAsync("/vault/fresh/");
        var asked = await browser.FollowAsync(await browser.SubmitAsync(password, ("password", ada.Password)));
        Assert.StartsWith("/_mfa/challenge/totp", asked.Url, StringComparison.Ordinal);
        Assert.NotEqual(HttpStatusCode.SeeOther, (await browser.SubmitAsync(asked, ("code", ada.CurrentCode))).Status);
    }

    [Fact]
    public async Task A_step_up_into_enrolment_makes_its_secret_by_a_button()
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser, "/wiki/");

        var looked = await browser.OpenAsync("/vault/");
        Assert.StartsWith("/_mfa/enroll/totp", looked.Url, StringComparison.Ordinal);
        Assert.Null(looked.Text("totp-secret"));
        Assert.NotEmpty(await EnrollAsync(gateway, ada, browser, looked));
    }

    private static Task<GatewayUnderTest> StartAsync() => GatewayUnderTest.StartAsync(setup => setup
        .Route("wiki", "/wiki/{**path}", "one-factor")
        .Route("fresh", "/vault/fresh/{**path}", "fresh")
        .Route("vault", "/{**path}", "two-factor")
        .With("MfaGateway:MagicCode:Enabled", "true")
        .With("MfaGateway:Policies:fresh:Factors", "two-factor")
        .With("MfaGateway:Policies:fresh:MaxAge", "00:15:00"));

    /// <returns>The account; an id that no account has for a stranger.</returns>
    private static async Task<string> BringAsync(GatewayUnderTest gateway, Browser browser, string state)
    {
        if (state == "stranger")
            return Core.Storage.Identifiers.New();

        var ada = state == "administrator" ? await gateway.AddPersonAsync("ada", "admins") : await gateway.AddPersonAsync();
        switch (state)
        {
            case "asked for the code":
                await ada.WithAuthenticatorAsync();
                await ada.GivePasswordAsync(browser);
                break;
            case "signed in by one factor":
                await ada.GivePasswordAsync(browser, "/wiki/");
                break;
            case "enrolling":
                await ada.GivePasswordAsync(browser);
                break;
            case "with codes to save":
                await EnrollAsync(gateway, ada, browser, await ada.GivePasswordAsync(browser));
                break;
            case "administrator":
                await ada.WithAuthenticatorAsync();
                await ada.SignInAsync(browser);
                break;
            default:
                var form = await browser.OpenAsync("/_mfa/sign-in/code?returnUrl=%2Fvault%2F");
                await browser.SubmitAsync(form, ("email", "ada@example.org"));
                break;
        }

        return ada.AccountId;
    }

    private static async Task<string[]> EnrollAsync(GatewayUnderTest gateway, TestPerson person, Browser browser, Visit page)
    {
        if (page.Text("totp-secret") is null)
            page = await browser.FollowAsync(await browser.SubmitAsync(page));
        Base32.TryDecode(page.Text("totp-secret"), out var secret);
        person.Secret = TotpSecret.FromBytes(secret!);
        return CodesOn(await browser.FollowAsync(await browser.SubmitAsync(page, ("code", person.CurrentCode))));
    }

    private static string[] CodesOn(Visit page) =>
        [.. page.Page.QuerySelectorAll("#recovery-codes li").Select(code => code.TextContent.Trim())];

    private static IEnumerable<string> OwnAddresses(GatewayUnderTest gateway, string accountId) => gateway.Get<EndpointDataSource>().Endpoints
        .OfType<RouteEndpoint>()
        .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
        .Where(pattern => pattern.StartsWith("/_mfa", StringComparison.Ordinal) && !pattern.Contains("{**", StringComparison.Ordinal))
        // Whether the store can be written is found out by writing to it: one row of its own.
        .Where(pattern => !pattern.StartsWith("/_mfa/health/", StringComparison.Ordinal))
        .Select(pattern => pattern
            .Replace("{handler?}", "", StringComparison.Ordinal)
            .Replace("{name}", "site.css", StringComparison.Ordinal))
        .Select(pattern => Regex.Replace(pattern, @"\{[^}]*\}", accountId, RegexOptions.NonBacktracking))
        .Distinct(StringComparer.Ordinal);

    private static void FromElsewhere(HttpRequestMessage request)
    {
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        request.Headers.Add("Sec-Fetch-Mode", "navigate");
        request.Headers.Add("Sec-Fetch-Dest", "document");
    }
}
