using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Sessions;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Journeys;

/// <summary>Somebody lost the phone and the recovery codes; an administrator helps, and nobody slips in between.</summary>
public class SecondFactorResetJourneys
{
    [Fact]
    public async Task The_person_enrols_a_new_phone_with_the_password_and_the_code_that_was_handed_over()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var before = gateway.NewBrowser();
        await ada.SignInAsync(before);
        var code = await ResetAsync(gateway, ada);

        // Signed out everywhere at once.
        Assert.StartsWith("/_mfa/sign-in", (await before.GetAsync("/")).Location, StringComparison.Ordinal);

        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser, "/notes");
        Assert.Equal("/_mfa/enroll/code?returnUrl=%2Fnotes", asked.Url);
        var enrol = await browser.FollowAsync(await browser.SubmitAsync(asked, ("code", code.ToGroups().ToUpperInvariant())));
        var seen = await EnrolAsync(browser, ada, enrol);

        Assert.Equal("hello from upstream", seen.Body);
        Assert.Equal(1, await CountPhonesAsync(gateway, ada));
        Assert.Null(await gateway.Get<EnrollmentCodeStore>().FindAsync(ada.AccountId, CancellationToken.None));
    }

    [Fact]
    public async Task A_tab_that_was_closed_after_the_code_costs_nobody_the_code()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var code = await ResetAsync(gateway, ada);
        using var closed = gateway.NewBrowser();
        await closed.FollowAsync(await closed.SubmitAsync(await ada.GivePasswordAsync(closed), ("code", code.ToGroups())));

        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);
        Assert.StartsWith("/_mfa/enroll/code", asked.Url, StringComparison.Ordinal);
        var enrol = await browser.FollowAsync(await browser.SubmitAsync(asked, ("code", code.ToGroups())));

        // From here on the first tab is asked for the code again.
        Assert.StartsWith("/_mfa/enroll/code", (await closed.GetAsync("/_mfa/enroll/totp")).Location, StringComparison.Ordinal);
        Assert.Equal("hello from upstream", (await EnrolAsync(browser, ada, enrol)).Body);
    }

    [Fact]
    public async Task A_code_that_is_over_says_so_and_another_reset_gives_a_new_one()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:Admin:EnrollmentCodeLifetime", "02:00:00"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var old = await ResetAsync(gateway, ada);
        gateway.Time.Advance(TimeSpan.FromHours(2));
        using var browser = gateway.NewBrowser();

        var asked = await ada.GivePasswordAsync(browser);
        Assert.Contains("ask your administrator for a new one", asked.Text("over"), StringComparison.Ordinal);
        Assert.Null(asked.Page.QuerySelector("[name=code]"));

        var code = await ResetAsync(gateway, ada);
        asked = await ada.GivePasswordAsync(browser);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.SubmitAsync(asked, ("code", old.ToGroups()))).Status);
        var enrol = await browser.FollowAsync(await browser.SubmitAsync(asked, ("code", code.ToGroups())));
        Assert.Equal("hello from upstream", (await EnrolAsync(browser, ada, enrol)).Body);
    }

    [Fact]
    public async Task Whoever_has_the_password_alone_enrols_nothing_by_any_way()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("wiki", "/wiki/{**path}", "one-factor").Route("vault", "/vault/{**path}", "two-factor"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        await ResetAsync(gateway, ada);
        using var thief = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(thief, "/vault/");
        var fields = asked.Form(("code", "000000")).Values;

        // The pages of the enrolment itself, at once.
        Assert.StartsWith("/_mfa/enroll/code", (await thief.GetAsync("/_mfa/enroll/totp")).Location, StringComparison.Ordinal);
        await thief.PostAsync("/_mfa/enroll/totp", fields);
        await thief.PostAsync("/_mfa/enroll/recovery-codes", [.. fields, new("saved", "true")]);

        // Where one factor is enough, and from there by choice.
        using var signedIn = gateway.NewBrowser();
        Assert.Equal("hello from upstream", (await ada.GivePasswordAsync(signedIn, "/wiki/")).Body);
        var add = await signedIn.GetAsync("/_mfa/account/authenticators/add");
        if (add.Status == HttpStatusCode.OK)
            add = await signedIn.FollowAsync(await signedIn.SubmitAsync(add));
        Assert.Null(add.Text("totp-secret"));
        Assert.StartsWith("/_mfa/enroll/code", add.Url, StringComparison.Ordinal);

        Assert.Equal(0, await CountPhonesAsync(gateway, ada));
        Assert.DoesNotContain(gateway.Upstream.Requests, request => request.RawTarget.StartsWith("/vault", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Codes_of_others_and_old_ones_are_wrong_and_five_of_them_end_the_flow()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        var bob = await (await gateway.AddPersonAsync("bob")).WithAuthenticatorAsync();
        var old = await ResetAsync(gateway, ada);
        var current = await ResetAsync(gateway, ada);
        var bobs = await ResetAsync(gateway, bob);
        using var thief = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(thief);

        var malformed = await thief.SubmitAsync(asked, ("code", "1234"));
        Assert.Equal(HttpStatusCode.BadRequest, malformed.Status);
        foreach (var wrong in new[] { old, bobs, EnrollmentCode.Generate(), EnrollmentCode.Generate() })
            Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SubmitAsync(asked, ("code", wrong.ToGroups()))).Status);
        var last = await thief.SubmitAsync(asked, ("code", EnrollmentCode.Generate().ToGroups()));
        Assert.Contains("stopped", last.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);

        var late = await thief.SubmitAsync(asked, ("code", current.ToGroups()));
        Assert.StartsWith("/_mfa/sign-in", late.Location, StringComparison.Ordinal);
        Assert.Equal(0, await CountPhonesAsync(gateway, ada));
    }

    [Fact]
    public async Task A_code_is_of_no_use_a_second_time()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var code = await ResetAsync(gateway, ada);
        using var browser = gateway.NewBrowser();
        using var thief = gateway.NewBrowser();
        var seen = await ada.GivePasswordAsync(thief);
        var asked = await ada.GivePasswordAsync(browser);
        await EnrolAsync(browser, ada, await browser.FollowAsync(await browser.SubmitAsync(asked, ("code", code.ToGroups()))));

        var page = await ada.GivePasswordAsync(thief);
        Assert.StartsWith("/_mfa/challenge/totp", page.Url, StringComparison.Ordinal);
        var posted = await thief.PostAsync("/_mfa/enroll/code", seen.Form(("code", code.ToGroups())).Values);

        Assert.StartsWith("/_mfa/challenge/totp", posted.Location, StringComparison.Ordinal);
        Assert.Equal(1, await CountPhonesAsync(gateway, ada));
    }

    [Fact]
    public async Task A_reset_wants_a_reason_tells_the_person_and_is_in_the_trail_without_the_code()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var administration = gateway.Get<AdministrationService>();
        var account = (await administration.FindAsync(ada.AccountId, CancellationToken.None))!;

        foreach (var reason in new[] { null, "", "  x ", "two\nlines", new string('a', 151) })
            Assert.IsType<SecondFactorReset.ReasonRefused>(await administration.ResetSecondFactorAsync(account, reason, Actor.Command, CancellationToken.None));
        Assert.Equal(1, await CountPhonesAsync(gateway, ada));

        var code = await ResetAsync(gateway, ada);

        var entries = (await gateway.Get<AuditStore>().ListAsync(null, 100, CancellationToken.None)).Select(recorded => recorded.Entry).ToList();
        var entry = Assert.Single(entries, entry => entry.Event == AuditEvents.SecondFactorReset);
        Assert.Equal((ada.AccountId, "command", "phone lost on the train"), (entry.AccountId, entry.Actor, entry.Detail));
        Assert.DoesNotContain(code.ToGroups()[..4], string.Join('\n', entries), StringComparison.Ordinal);
        var mail = await gateway.Mail.NextAsync("ada@example.org");
        Assert.Contains("was reset", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("phone lost on the train", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(code.ToGroups(), mail.Text, StringComparison.Ordinal);
        Assert.Empty(await gateway.Get<SessionStore>().ListAsync(ada.AccountId, CancellationToken.None));
    }

    private static async Task<EnrollmentCode> ResetAsync(GatewayUnderTest gateway, TestPerson person)
    {
        var administration = gateway.Get<AdministrationService>();
        var account = await administration.FindAsync(person.AccountId, CancellationToken.None);
        var reset = await administration.ResetSecondFactorAsync(account!, "phone lost on the train", Actor.Command, CancellationToken.None);
        return Assert.IsType<SecondFactorReset.Done>(reset).Code;
    }

    private static async Task<Visit> EnrolAsync(Browser browser, TestPerson person, Visit enrol)
    {
        Assert.True(Base32.TryDecode(enrol.Text("totp-secret"), out var secret));
        person.Secret = TotpSecret.FromBytes(secret);
        var codes = await browser.FollowAsync(await browser.SubmitAsync(enrol, ("code", person.CurrentCode)));
        return await browser.FollowAsync(await browser.SubmitAsync(codes, ("saved", "true")));
    }

    private static async Task<int> CountPhonesAsync(GatewayUnderTest gateway, TestPerson person) =>
        (await gateway.Get<TotpStore>().ListAsync(person.AccountId, CancellationToken.None)).Count;
}
