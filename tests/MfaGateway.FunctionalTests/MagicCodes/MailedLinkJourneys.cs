using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.MagicCodes;

/// <summary>The link of the same mail: a button in the browser that asked, a number in every other one.</summary>
public sealed class MailedLinkJourneys : MagicCodeTest
{
    [Fact]
    public async Task In_the_browser_that_asked_one_button_signs_in()
    {
        await using var gateway = await StartWithLinksAsync();
        await gateway.AddPersonAsync();
        using var browser = NewBrowser(gateway);
        await AskAsync(browser);
        var mail = await MailedCode.NextAsync(gateway);

        var page = await browser.GetAsync(mail.Link!);
        Assert.DoesNotContain(page.Page.QuerySelectorAll("input"), input => input.GetAttribute("name") == "number");

        Assert.Equal(Greeting, (await browser.FollowAsync(await browser.SubmitAsync(page, ("token", TokenOf(mail))))).Body);
        Assert.Contains("does not work", (await browser.GetAsync(mail.Link!)).Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_another_browser_the_number_lets_the_waiting_one_in_and_not_this_one()
    {
        await using var gateway = await StartWithLinksAsync();
        await gateway.AddPersonAsync();
        using var waiting = NewBrowser(gateway);
        var asked = await AskAsync(waiting);
        var mail = await MailedCode.NextAsync(gateway);
        var wait = await waiting.GetAsync(asked.Page.QuerySelector("a[href*='/challenge/code/wait']")!.GetAttribute("href")!);
        Assert.Equal("5", wait.Page.QuerySelector("meta[http-equiv='refresh']")!.GetAttribute("content"));
        var still = await waiting.GetAsync(wait.Page.QuerySelector("a[href*='still=']")!.GetAttribute("href")!);
        Assert.Null(still.Page.QuerySelector("meta[http-equiv='refresh']"));
        Assert.Equal(wait.Text("match-number"), still.Text("match-number"));

        using var phone = NewBrowser(gateway, "198.51.100.7");
        var page = await phone.GetAsync(mail.Link!);
        Assert.Contains("203.0.113.9", page.Page.QuerySelector("dl")!.TextContent, StringComparison.Ordinal);
        var confirmed = await phone.SubmitAsync(page, ("number", wait.Text("match-number")!));
        Assert.NotNull(confirmed.Text("approved"));
        Assert.Equal(HttpStatusCode.Found, (await phone.GetAsync("/wiki/page")).Status);

        var ready = await waiting.GetAsync(wait.Url);
        Assert.Null(ready.Page.QuerySelector("meta[http-equiv='refresh']"));
        var (action, values) = ready.Form();
        Assert.Equal(Greeting, (await waiting.FollowAsync(await waiting.PostAsync(action, values))).Body);
    }

    [Fact]
    public async Task A_wrong_number_ends_it_for_good()
    {
        await using var gateway = await StartWithLinksAsync();
        await gateway.AddPersonAsync();
        using var waiting = NewBrowser(gateway);
        var asked = await AskAsync(waiting);
        var mail = await MailedCode.NextAsync(gateway);
        var wait = await waiting.GetAsync(asked.Page.QuerySelector("a[href*='/challenge/code/wait']")!.GetAttribute("href")!);
        var number = wait.Text("match-number")!;

        using var phone = NewBrowser(gateway, "198.51.100.7");
        var page = await phone.GetAsync(mail.Link!);
        var wrong = await phone.SubmitAsync(page, ("number", number == "10" ? "11" : "10"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);

        var right = await phone.SubmitAsync(page, ("number", number));
        Assert.Equal(HttpStatusCode.BadRequest, right.Status);
        var stopped = await waiting.GetAsync(wait.Url);
        Assert.Contains("stopped", stopped.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await waiting.SubmitAsync(asked, ("code", mail.Code))).Status);
        Assert.Equal(HttpStatusCode.Found, (await waiting.GetAsync("/wiki/page")).Status);
    }

    [Fact]
    public async Task Looking_at_a_link_changes_nothing_however_often_and_by_whomever()
    {
        await using var gateway = await StartWithLinksAsync();
        await gateway.AddPersonAsync();
        using var browser = NewBrowser(gateway);
        await AskAsync(browser);
        var mail = await MailedCode.NextAsync(gateway);

        using var scanner = NewBrowser(gateway, "198.51.100.8");
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await scanner.GetAsync(mail.Link!)).Status);
            await scanner.SendAsync(new HttpRequestMessage(HttpMethod.Head, mail.Link));
            await scanner.SendAsync(new HttpRequestMessage(HttpMethod.Options, mail.Link));
        }

        // A scanner that posts what it finds, without the page's token, changes nothing either.
        await scanner.PostAsync(mail.Link!, []);
        await scanner.PostAsync(mail.Link!, [new("token", TokenOf(mail)), new("number", "10")]);

        var page = await browser.GetAsync(mail.Link!);
        Assert.Equal(Greeting, (await browser.FollowAsync(await browser.SubmitAsync(page, ("token", TokenOf(mail))))).Body);
    }

    [Theory]
    [InlineData("Host", "evil.example", true)]
    [InlineData("X-Forwarded-Host", "evil.example", true)] // the proxy in front is trusted, so it is as good as the other
    [InlineData("X-Host", "evil.example", false)]
    [InlineData("X-Original-Host", "evil.example", false)]
    [InlineData("Forwarded", "host=evil.example;proto=https", false)]
    public async Task The_link_leads_to_the_configured_origin_whatever_host_the_request_names(string header, string value, bool isRefused)
    {
        await using var gateway = await StartWithLinksAsync();
        await gateway.AddPersonAsync();
        await gateway.AddPersonAsync("bob");
        using var browser = NewBrowser(gateway);
        var (action, values) = (await browser.GetAsync("/_mfa/sign-in/code?returnUrl=%2Fwiki%2Fpage")).Form(("email", "ada@example.org"));

        var asked = await browser.PostAsync(action, values, request =>
        {
            request.Headers.Remove(header);
            request.Headers.Add(header, value);
        });

        Assert.Equal(isRefused ? HttpStatusCode.MisdirectedRequest : HttpStatusCode.SeeOther, asked.Status);
        using var bob = NewBrowser(gateway);
        await MailedOnlyAsync(gateway, isRefused ? [] : ["ada@example.org"], "bob@example.org", address => AskAsync(bob, address));
        Assert.All(gateway.Mail.All(), mail =>
        {
            Assert.Contains($"{MailedCode.Origin}/_mfa/link?token=", mail.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("evil.example", mail.Text, StringComparison.Ordinal);
        });
    }

    private static string TokenOf(MailedCode mail) => mail.Link![(mail.Link!.IndexOf('=', StringComparison.Ordinal) + 1)..];

    private static Task<GatewayUnderTest> StartWithLinksAsync() => StartAsync(setup => setup
        .With("MfaGateway:PublicOrigin", MailedCode.Origin).With("MfaGateway:TrustedProxies:0", "127.0.0.0/8"));

    private static Browser NewBrowser(GatewayUnderTest gateway, string address = "203.0.113.9")
    {
        var browser = gateway.NewBrowser();
        browser.Host = new Uri(MailedCode.Origin).Host;
        browser.ForwardedFor = address;
        return browser;
    }
}
