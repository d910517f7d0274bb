using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.MagicCodes;

/// <summary>Who can switch codes off, and set how they are.</summary>
public sealed class MagicCodeSwitchTests : MagicCodeTest
{
    [Fact]
    public async Task Whoever_switches_codes_off_gets_none_and_the_page_tells_nobody()
    {
        await using var gateway = await StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var own = gateway.NewBrowser();
        await ada.SignInAsync(own);
        var page = await own.OpenAsync("/_mfa/account/sign-in-methods");
        var (action, values) = page.Form();
        Assert.Equal(HttpStatusCode.SeeOther, (await own.PostAsync(action, values)).Status); // the box is not among them: not ticked

        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser);
        Assert.Contains("is on its way there", asked.Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        Assert.Contains("was switched off for your account", (await gateway.Mail.NextAsync("ada@example.org")).Sentences, StringComparison.Ordinal);

        await own.SubmitAsync(await own.OpenAsync("/_mfa/account/sign-in-methods"), ("magicCode", "true"));
        Assert.Contains("was switched on for your account", (await gateway.Mail.NextAsync("ada@example.org")).Sentences, StringComparison.Ordinal);
        gateway.Time.Advance(TimeSpan.FromMinutes(1));
        using var again = gateway.NewBrowser();
        await AskAsync(again);
        Assert.StartsWith("Your code", (await gateway.Mail.NextAsync("ada@example.org")).Subject, StringComparison.Ordinal);
        Assert.Equal(3, gateway.Mail.All().Count);
    }

    [Fact]
    public async Task What_an_administrator_switches_off_no_person_switches_on()
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:SiteName", "Orbital Works"));
        var root = await (await gateway.AddPersonAsync("root", "admins")).WithAuthenticatorAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var office = gateway.NewBrowser();
        await root.SignInAsync(office, "/_mfa/admin");
        var person = await office.GetAsync($"/_mfa/admin/people/{ada.AccountId}");
        var form = person.Page.QuerySelector("form[action$='/sign-in-methods']")!;
        var token = form.QuerySelector("input[name='__RequestVerificationToken']")!.GetAttribute("value")!;
        await office.PostAsync(form.GetAttribute("action")!, [new("__RequestVerificationToken", token), new("magicCode", "off")]);

        var told = await gateway.Mail.NextAsync("ada@example.org");
        Assert.Equal("Signing in by e-mail to Orbital Works is off", told.Subject);
        Assert.Contains("An administrator has switched off", told.Sentences, StringComparison.Ordinal);
        Assert.Contains("ask the people who run Orbital Works", told.Sentences, StringComparison.Ordinal);

        using var own = gateway.NewBrowser();
        await ada.SignInAsync(own);
        var page = await own.OpenAsync("/_mfa/account/sign-in-methods");
        Assert.NotNull(page.Text("off-by-administrator"));
        await own.SubmitAsync(page, ("magicCode", "true"));
        using var browser = gateway.NewBrowser();
        await AskAsync(browser);

        using var other = gateway.NewBrowser();
        await AskAsync(other, "root@example.org");
        await gateway.Mail.NextAsync("root@example.org");
        Assert.DoesNotContain(gateway.Mail.All(), mail => mail.ToAddress == "ada@example.org" && mail.Subject.Contains("code", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_switch_that_stands_so_already_is_told_to_nobody()
    {
        await using var gateway = await StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var own = gateway.NewBrowser();
        await ada.SignInAsync(own);
        var page = await own.OpenAsync("/_mfa/account/sign-in-methods");

        foreach (var _ in Enumerable.Range(0, 3))
            Assert.Equal(HttpStatusCode.SeeOther, (await own.SubmitAsync(page, ("magicCode", "true"))).Status);
        using var browser = gateway.NewBrowser();
        await AskAsync(browser);

        Assert.StartsWith("Your code", (await gateway.Mail.NextAsync()).Subject, StringComparison.Ordinal);
        Assert.Single(gateway.Mail.All());
    }

    [Fact]
    public async Task An_administrator_sets_length_and_life_of_an_applications_codes_without_a_restart()
    {
        await using var gateway = await StartAsync();
        await gateway.AddPersonAsync();
        var root = await (await gateway.AddPersonAsync("root", "admins")).WithAuthenticatorAsync();
        using var office = gateway.NewBrowser();
        await root.SignInAsync(office, "/_mfa/admin");
        var page = await office.GetAsync("/_mfa/admin/applications");
        var (action, values) = page.Form(("digits", "8"), ("minutes", "5"));
        Assert.Contains(values, pair => pair is { Key: "application", Value: "app" });

        Assert.Equal(HttpStatusCode.SeeOther, (await office.PostAsync(action, values)).Status);
        foreach (var (digits, minutes) in new[] { ("5", "10"), ("9", "10"), ("6", "4"), ("6", "1441"), ("x", "10") })
        {
            var (_, bad) = page.Form(("digits", digits), ("minutes", minutes));
            Assert.Equal(HttpStatusCode.BadRequest, (await office.PostAsync(action, bad)).Status);
        }

        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser);
        var mail = await MailedCode.NextAsync(gateway);
        Assert.Matches("^[0-9]{8}$", mail.Code);
        gateway.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Contains("notice=code-over", (await browser.SubmitAsync(asked, ("code", mail.Code))).Location, StringComparison.Ordinal);

        var log = await office.GetAsync("/_mfa/admin/audit");
        Assert.Contains("Changed the codes of an application: app: 8 digits, 5 minutes", log.Body, StringComparison.Ordinal);
    }
}
