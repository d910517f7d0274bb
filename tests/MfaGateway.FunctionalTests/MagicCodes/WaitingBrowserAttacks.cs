using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Sessions;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.MagicCodes;

/// <summary>What is left lying about in a browser, or in the store, after a mail was asked for.</summary>
public sealed class WaitingBrowserAttacks : MagicCodeTest
{
    [Fact]
    public async Task What_somebody_saw_being_typed_stays_spent_when_the_person_is_signed_out_everywhere()
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync();
        gateway.Time.Advance(TimeSpan.FromSeconds(300 - (gateway.Time.GetUtcNow().ToUnixTimeSeconds() % 300)));
        using var owner = gateway.NewBrowser();
        var asked = await AskAsync(owner);
        var seen = await MailedCode.NextAsync(gateway);
        await GiveAsync(owner, asked, seen.Code);
        await gateway.Get<SessionAdministration>().EndAllAsync(await FindAsync(gateway, ada), Actor.Command, TestContext.Current.CancellationToken);

        gateway.Time.Advance(TimeSpan.FromSeconds(61));
        using var onlooker = gateway.NewBrowser();
        var own = await AskAsync(onlooker);
        await onlooker.SubmitAsync(own, ("code", seen.Code));

        Assert.DoesNotContain("mfa_session", onlooker.Cookies.Keys);
        Assert.NotEqual(seen.Code, (await MailedCode.NextAsync(gateway)).Code);
    }

    [Fact]
    public async Task The_code_beside_a_link_that_was_used_is_spent_too()
    {
        await using var gateway = await StartWithLinksAsync();
        await gateway.AddPersonAsync();
        gateway.Time.Advance(TimeSpan.FromSeconds(300 - (gateway.Time.GetUtcNow().ToUnixTimeSeconds() % 300)));
        using var owner = NewBrowser(gateway);
        await AskAsync(owner);
        var seen = await MailedCode.NextAsync(gateway);
        Assert.Equal(Greeting, (await owner.FollowAsync(await owner.SubmitAsync(await owner.GetAsync(seen.Link!)))).Body);

        gateway.Time.Advance(TimeSpan.FromSeconds(61));
        using var onlooker = NewBrowser(gateway);
        var own = await AskAsync(onlooker);
        await onlooker.SubmitAsync(own, ("code", seen.Code));

        Assert.DoesNotContain("mfa_session", onlooker.Cookies.Keys);
    }

    [Fact]
    public async Task After_signing_out_no_link_lets_in_whoever_sits_there_next()
    {
        await using var gateway = await StartWithLinksAsync();
        var ada = await gateway.AddPersonAsync();
        using var shared = NewBrowser(gateway);
        await AskAsync(shared);
        var mail = await MailedCode.NextAsync(gateway);
        await ada.GivePasswordAsync(shared, "/wiki/page");
        using var next = shared.Clone();
        await shared.SubmitAsync(await shared.GetAsync("/_mfa/sign-out"));
        Assert.DoesNotContain(shared.Cookies.Keys, name => name.Contains("mfa_code", StringComparison.Ordinal));

        using var phone = NewBrowser(gateway);
        var page = await phone.GetAsync(mail.Link!);
        Assert.Contains("does not work", page.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        next.Cookies.Remove("mfa_session");
        var over = await next.OpenAsync("/_mfa/challenge/code/wait?returnUrl=%2Fwiki%2Fpage");
        Assert.Contains("was stopped", over.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_number_ends_the_flow_whatever_cookies_the_browser_keeps()
    {
        await using var gateway = await StartWithLinksAsync(setup => setup
            .Route("mail", "/mail/{**path}", "mailed").With("MfaGateway:Policies:mailed:Factors", "two-factor +magic-code")
            .With("MfaGateway:MagicCode:LifetimeMinutes", "5"));
        var ada = await gateway.AddPersonAsync();
        using var browser = NewBrowser(gateway);
        var offered = await ada.GivePasswordAsync(browser, "/mail/box");
        var asked = await browser.FollowAsync(await SendAnotherAsync(browser, offered));
        var mail = await MailedCode.NextAsync(gateway);
        using var kept = browser.Clone();
        using var phone = NewBrowser(gateway);
        var number = (await browser.GetAsync("/_mfa/challenge/code/wait?returnUrl=%2Fmail%2Fbox")).Text("match-number");
        await phone.SubmitAsync(await phone.GetAsync(mail.Link!), ("number", number == "42" ? "43" : "42"));

        gateway.Time.Advance(TimeSpan.FromMinutes(6)); // the request is over, the flow would not be
        var (action, values) = asked.Form(("code", mail.Code));
        await kept.PostAsync(action, values);
        await SendAnotherAsync(kept, offered);

        Assert.DoesNotContain("mfa_session", kept.Cookies.Keys);
        Assert.Single(gateway.Mail.All());
    }

    [Fact]
    public async Task How_the_code_of_a_step_is_follows_the_app_that_asked_whatever_the_form_says()
    {
        await using var gateway = await StartAsync(setup => setup
            .Route("mail", "/mail/{**path}", "mailed").With("MfaGateway:Policies:mailed:Factors", "two-factor +magic-code")
            .With("ReverseProxy:Clusters:lax:Destinations:only:Address", "http://127.0.0.1:9")
            .With("ReverseProxy:Routes:lax:ClusterId", "lax").With("ReverseProxy:Routes:lax:Match:Path", "/lax/{**path}")
            .With("ReverseProxy:Routes:lax:AuthorizationPolicy", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        await gateway.Get<MagicCodeAdministration>().TrySetAsync("app", new(8, 5), Actor.Command, TestContext.Current.CancellationToken);
        using var browser = gateway.NewBrowser();
        var offered = await ada.GivePasswordAsync(browser, "/mail/box");
        var fields = offered.Page.QuerySelectorAll("form[action*='handler=send'] input[type='hidden']")
            .Select(input => new KeyValuePair<string, string>(input.GetAttribute("name")!, input.GetAttribute("name") == "returnUrl" ? "/lax/page" : input.GetAttribute("value")!));

        await browser.PostAsync("/_mfa/challenge/code?returnUrl=%2Flax%2Fpage&handler=send", fields);

        Assert.Equal(8, (await MailedCode.NextAsync(gateway)).Code.Length);
    }

    [Fact]
    public async Task Switching_it_off_ends_every_other_session_and_every_code_under_way()
    {
        await using var gateway = await StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var thief = gateway.NewBrowser();
        var waiting = await AskAsync(thief);
        var stolen = await MailedCode.NextAsync(gateway);
        using var elsewhere = gateway.NewBrowser();
        await ada.SignInAsync(elsewhere);
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        using var owner = gateway.NewBrowser();
        await ada.SignInAsync(owner);
        using var copied = owner.Clone();

        var page = await owner.GetAsync("/_mfa/account/sign-in-methods");
        var (action, values) = page.Form();
        await owner.PostAsync(action, values.Where(field => field.Key != "magicCode"));

        Assert.Equal(Greeting, (await owner.GetAsync("/books")).Body);
        Assert.Equal(HttpStatusCode.Found, (await copied.GetAsync("/books")).Status);
        Assert.Equal(HttpStatusCode.Found, (await elsewhere.GetAsync("/books")).Status);
        await thief.SubmitAsync(waiting, ("code", stolen.Code));
        Assert.DoesNotContain("mfa_flow", thief.Cookies.Keys);
        Assert.DoesNotContain("mfa_session", thief.Cookies.Keys);
    }

    [Fact]
    public async Task Switched_off_by_an_administrator_it_ends_the_persons_sessions()
    {
        await using var gateway = await StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        await GiveAsync(browser, await AskAsync(browser), (await MailedCode.NextAsync(gateway)).Code);
        Assert.Contains("mfa_session", browser.Cookies.Keys);

        await gateway.Get<MagicCodeAdministration>().SwitchAsync(await FindAsync(gateway, ada), on: false, Actor.Command, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/wiki/page")).Status);
    }

    private static async Task<Account> FindAsync(GatewayUnderTest gateway, TestPerson person) =>
        (await gateway.Get<AccountStore>().FindAsync(person.AccountId, TestContext.Current.CancellationToken))!;

    private static Task<GatewayUnderTest> StartWithLinksAsync(Action<GatewaySetup>? more = null) => StartAsync(setup =>
    {
        setup.With("MfaGateway:PublicOrigin", MailedCode.Origin);
        more?.Invoke(setup);
    });

    private static Browser NewBrowser(GatewayUnderTest gateway)
    {
        var browser = gateway.NewBrowser();
        browser.Host = new Uri(MailedCode.Origin).Host;
        return browser;
    }
}
