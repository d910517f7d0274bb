using System.Net;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Sessions;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Journeys;

/// <summary>People look after their own authenticators.</summary>
public sealed class AuthenticatorJourneys
{
    private const string List = "/_mfa/account/authenticators";

    [Fact]
    public async Task A_second_phone_is_added_beside_the_first_and_both_sign_in()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        using var elsewhere = gateway.NewBrowser();
        await ada.SignInAsync(elsewhere);
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        var list = await ada.SignInAsync(browser, List);
        var before = browser.Cookies["mfa_session"];
        gateway.Time.Advance(TimeSpan.FromSeconds(30));

        var begun = await browser.PostAsync(List + "/add", list.Form().Values);
        Assert.Equal(HttpStatusCode.SeeOther, begun.Status);
        Assert.StartsWith("/_mfa/enroll/totp", begun.Location, StringComparison.Ordinal);
        var enrol = await browser.FollowAsync(begun);
        var tablet = new TestPerson(gateway, "ada") { Secret = SecretOf(enrol) };
        var added = await browser.SubmitAsync(enrol, ("code", tablet.CurrentCode), ("name", "Tablet"));

        // No new recovery codes: the ones there are stand in for both.
        Assert.Equal(HttpStatusCode.SeeOther, added.Status);
        Assert.Equal(List + "?notice=authenticator-added", added.Location);
        var names = (await browser.FollowAsync(added)).Page.QuerySelectorAll(".item strong").Select(name => name.TextContent);
        Assert.Equal(["Phone", "Tablet"], names);

        // A new session token here, the old one dead, and everybody else is out.
        Assert.NotEqual(before, browser.Cookies["mfa_session"]);
        Assert.Single(await gateway.Get<SessionStore>().ListAsync(ada.AccountId, CancellationToken.None));
        Assert.Equal(HttpStatusCode.Found, (await elsewhere.GetAsync("/")).Status);

        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        foreach (var device in new[] { ada, tablet })
        {
            using var visitor = gateway.NewBrowser();
            Assert.Equal("hello from upstream", (await device.SignInAsync(visitor)).Body);
        }
    }

    [Fact]
    public async Task Whoever_needs_no_second_factor_may_have_one_and_is_then_always_asked()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("wiki", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var list = await ada.GivePasswordAsync(browser, List);

        var enrol = await browser.FollowAsync(await browser.PostAsync(List + "/add", list.Form().Values));
        ada.Secret = SecretOf(enrol);
        var codes = await browser.FollowAsync(await browser.SubmitAsync(enrol, ("code", ada.CurrentCode)));
        Assert.Equal(10, codes.Page.QuerySelectorAll("#recovery-codes li").Length);
        var done = await browser.SubmitAsync(codes, ("saved", "true"));
        Assert.Equal(List, done.Location);
        Assert.Equal("hello from upstream", (await browser.GetAsync("/wiki")).Body);

        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        using var later = gateway.NewBrowser();
        Assert.StartsWith("/_mfa/challenge/totp", (await ada.GivePasswordAsync(later, "/wiki")).Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_stale_factor_is_asked_before_a_change_and_the_way_leads_back()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser, "/_mfa/account");
        gateway.Time.Advance(TimeSpan.FromMinutes(9));
        await browser.SubmitAsync(asked, ("code", ada.CurrentCode));
        gateway.Time.Advance(TimeSpan.FromMinutes(2));

        // The password is 11 minutes old, the code is 2.
        var step = await browser.OpenAsync(List + "/add");
        Assert.StartsWith("/_mfa/challenge/password", step.Url, StringComparison.Ordinal);
        var back = await browser.FollowAsync(await browser.SubmitAsync(step, ("password", ada.Password)));
        Assert.Equal(List + "/add", back.Url);
        Assert.Equal(HttpStatusCode.OK, back.Status);

        // The list itself asks for nothing.
        gateway.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(List)).Status);
    }

    [Fact]
    public async Task A_device_is_renamed_and_the_name_is_only_ever_text()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var list = await ada.SignInAsync(browser, List);
        var link = list.Page.QuerySelector("a[href*='rename']")!.GetAttribute("href")!;

        var saved = await browser.SubmitAsync(await browser.GetAsync(link), ("name", "<b>Wörk</b>\u202e phone"));

        var shown = (await browser.FollowAsync(saved)).Page.QuerySelector(".item strong")!;
        Assert.Equal("<b>Wörk</b> phone", shown.TextContent);
    }

    [Fact]
    public async Task Removing_the_last_one_switches_the_second_factor_off_and_enrolling_again_starts_clean()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("vault", "/vault/{**path}", "two-factor").Route("wiki", "/{**path}", "one-factor"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        await gateway.Get<RecoveryCodeStore>().ReplaceAllAsync(
            ada.AccountId, new(RecoveryCodeHash.NewSalt(), [[1]]), gateway.Time.GetUtcNow(), CancellationToken.None);
        using var browser = gateway.NewBrowser();
        var list = await ada.SignInAsync(browser, List);

        var confirm = await browser.GetAsync(list.Page.QuerySelector("a[href*='remove']")!.GetAttribute("href")!);
        Assert.Contains("only authenticator", confirm.Text("last"), StringComparison.Ordinal);
        var removed = await browser.SubmitAsync(confirm, ("id", confirm.Page.QuerySelector("input[name=id]")!.GetAttribute("value")!));
        Assert.Equal(HttpStatusCode.SeeOther, removed.Status);
        Assert.Equal(List + "?notice=second-factor-off", removed.Location);

        Assert.Null(await gateway.Get<RecoveryCodeStore>().FindSetAsync(ada.AccountId, CancellationToken.None));
        Assert.Equal("hello from upstream", (await browser.GetAsync("/wiki")).Body);
        var events = (await gateway.Get<AuditStore>().ListAsync(null, 5, CancellationToken.None)).Select(entry => entry.Entry.Event).ToList();
        Assert.Contains(AuditEvents.AuthenticatorRemoved, events);
        Assert.Contains(AuditEvents.SecondFactorOff, events);

        // Where two factors are demanded, this very session is no longer enough.
        var old = ada.Secret!;
        var offer = await browser.OpenAsync("/vault/");
        Assert.StartsWith("/_mfa/enroll/totp", offer.Url, StringComparison.Ordinal);
        var enrol = await browser.FollowAsync(await browser.SubmitAsync(offer));
        Assert.NotEqual(old.ToBase32(), SecretOf(enrol).ToBase32());
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.SubmitAsync(enrol, ("code", ada.CodeAt(1)))).Status);

        // The same step, with the new secret: no counter of the old one is in the way.
        ada.Secret = SecretOf(enrol);
        var codes = await browser.FollowAsync(await browser.SubmitAsync(enrol, ("code", ada.CurrentCode)));
        var vault = await browser.FollowAsync(await browser.SubmitAsync(codes, ("saved", "true")));
        Assert.Equal("hello from upstream", vault.Body);
    }

    private static TotpSecret SecretOf(Visit page)
    {
        Assert.True(Base32.TryDecode(page.Text("totp-secret")!.Replace(" ", "", StringComparison.Ordinal), out var bytes));
        return TotpSecret.FromBytes(bytes);
    }
}
