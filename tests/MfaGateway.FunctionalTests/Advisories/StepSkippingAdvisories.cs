using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.SelfService;
using MfaGateway.Core.Sessions;
using MfaGateway.FunctionalTests.Api;
using MfaGateway.FunctionalTests.MagicCodes;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>Ways around the second factor for an attacker who has the password, or a session that is not fresh.</summary>
public sealed class StepSkippingAdvisories : MagicCodeTest
{
    private const string Rules = "src/MfaGateway.Core/Challenges/ChallengeRules.cs";

    [Fact]
    [Advisory("CVE-2026-32246", "tinyauth", "A session that waits for its code is taken for a whole one by another endpoint", "src/MfaGateway/Sessions/SessionReader.cs")]
    [Advisory("CVE-2025-25068", "Mattermost", "Some endpoints do not ask whether the second factor was given", "src/MfaGateway/Access/AccessPolicyEvaluator.cs")]
    public async Task A_sign_in_that_waits_for_its_code_opens_no_endpoint()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var thief = new ApiClient(gateway.NewBrowser());
        await ada.GivePasswordAsync(thief.Browser);
        thief.Browser.Cookies["mfa_session"] = thief.Browser.Cookies["mfa_flow"];

        foreach (var page in new[] { "/", "/_mfa/account", "/_mfa/account/authenticators", "/_mfa/account/recovery-codes", "/_mfa/admin" })
            Assert.Equal(HttpStatusCode.Found, (await thief.Browser.GetAsync(page)).Status);
        foreach (var action in new[] { "/account/recovery-codes", "/account/authenticators", "/account/password" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await thief.PostAsync(action, new { })).Status);

        Assert.Empty(gateway.Upstream.Requests);
        using var owner = gateway.NewBrowser();
        Assert.Equal(Greeting, (await ada.SignInAsync(owner)).Body);
    }

    [Theory]
    [Advisory("CVE-2026-62232", "Grav", "While the code is asked for, the secret that it is checked against is made anew on request", Rules)]
    [Advisory("CVE-2026-111949", "miniOrange 2FA", "While the second factor is asked for, another one is added to the account", Rules)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_a_code_is_asked_for_no_authenticator_is_added_or_replaced(bool byApi)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var before = await gateway.Get<TotpStore>().ListAsync(ada.AccountId, TestContext.Current.CancellationToken);
        using var thief = new ApiClient(gateway.NewBrowser());
        var asked = await ada.GivePasswordAsync(thief.Browser);

        if (byApi)
        {
            Assert.NotEqual(HttpStatusCode.OK, (await thief.PostAsync("/enroll/totp", new { })).Status);
            Assert.NotEqual(HttpStatusCode.OK, (await thief.PostAsync("/enroll/totp/confirm", new { code = "000000" })).Status);
        }
        else
        {
            Assert.Null((await thief.Browser.OpenAsync("/_mfa/enroll/totp")).Text("totp-secret"));
            Assert.Null((await thief.Browser.FollowAsync(await thief.Browser.PostAsync("/_mfa/enroll/totp", asked.Form(("code", "000000")).Values))).Text("totp-secret"));
        }

        Assert.Equivalent(before, await gateway.Get<TotpStore>().ListAsync(ada.AccountId, TestContext.Current.CancellationToken), strict: true);
        using var owner = gateway.NewBrowser();
        Assert.Equal(Greeting, (await ada.SignInAsync(owner)).Body);
    }

    [Fact]
    [Advisory("CVE-2026-8293", "Really Simple Security", "Endpoints for programs end the sign-in without its code", "src/MfaGateway/Api/ApiWalk.cs")]
    public async Task No_endpoint_for_programs_ends_a_sign_in_without_its_code()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var thief = new ApiClient(gateway.NewBrowser());
        (await thief.SignInAsync(ada)).LeadsTo("totp");

        foreach (var step in new[] { "/enroll/recovery-codes/saved", "/challenge/code/continue", "/challenge/code/send", "/enroll/code", "/step-up" })
            await thief.PostAsync(step, new { code = "000000", returnUrl = "/", policy = "one-factor" });
        await thief.PostAsync("/challenge/password", new { password = ada.Password });
        await thief.PostAsync("/challenge/totp", new { code = "", skip = true });

        Assert.DoesNotContain("mfa_session", thief.Browser.Cookies.Keys);
        using var owner = new ApiClient(gateway.NewBrowser());
        (await owner.SignInAsync(ada)).LeadsTo("totp");
        (await owner.PostAsync("/challenge/totp", new { code = ada.CurrentCode })).LeadsTo("done");
    }

    [Fact]
    [Advisory("CVE-2025-64103", "Zitadel", "A second factor is asked for where a policy demands it, not where the person has one", Rules)]
    public async Task A_person_with_an_authenticator_is_asked_for_it_where_one_factor_is_enough()
    {
        await using var gateway = await StartAsync();
        var ada = await (await gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        var bob = await gateway.AddPersonAsync("bob");
        using var thief = gateway.NewBrowser();

        Assert.StartsWith("/_mfa/challenge/totp", (await ada.GivePasswordAsync(thief, "/wiki/page")).Url, StringComparison.Ordinal);

        using var bobs = gateway.NewBrowser();
        Assert.Equal(Greeting, (await bob.GivePasswordAsync(bobs, "/wiki/page")).Body);
    }

    [Fact]
    [Advisory("CVE-2024-45042", "Ory Kratos", "A mailed code counts as the strongest that the person has, although there is an authenticator", Rules)]
    public async Task A_person_with_an_authenticator_is_asked_for_it_after_a_mailed_code()
    {
        await using var gateway = await StartAsync();
        await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var thief = gateway.NewBrowser();

        var asked = await GiveAsync(thief, await AskAsync(thief), (await MailedCode.NextAsync(gateway)).Code);

        Assert.StartsWith("/_mfa/challenge/totp", asked.Url, StringComparison.Ordinal);
        Assert.DoesNotContain("mfa_session", thief.Cookies.Keys);
    }

    [Fact]
    [Advisory("CVE-2026-123530", "Vikunja", "A stolen session enrols an authenticator of the thief's without the password", "src/MfaGateway.Core/SelfService/OwnAuthenticators.cs")]
    public async Task A_session_that_is_not_fresh_adds_no_authenticator()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("wiki", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        using var thief = gateway.NewBrowser();
        var fields = (await ada.GivePasswordAsync(thief, "/_mfa/account")).Form().Values;
        gateway.Time.Advance(TimeSpan.FromMinutes(11));

        var begun = await thief.FollowAsync(await thief.PostAsync("/_mfa/account/authenticators/add", fields));
        Assert.Null(begun.Text("totp-secret"));
        Assert.StartsWith("/_mfa/challenge/password", begun.Url, StringComparison.Ordinal);

        // The owner, who knows the password, goes on.
        var fresh = await thief.FollowAsync(await thief.SubmitAsync(begun, ("password", ada.Password)));
        Assert.DoesNotContain("/challenge/", fresh.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_not_fresh_changes_nothing_whatever_page_let_it_through()
    {
        await using var gateway = await StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        Assert.Equal(Greeting, (await ada.SignInAsync(browser, "/wiki/page")).Body);
        var cancellationToken = TestContext.Current.CancellationToken;
        var account = await gateway.Get<AccountStore>().FindAsync(ada.AccountId, cancellationToken);
        var session = Assert.Single(await gateway.Get<SessionStore>().ListAsync(ada.AccountId, cancellationToken));
        var phone = Assert.Single(await gateway.Get<TotpStore>().ListAsync(ada.AccountId, cancellationToken));
        var acting = new ActingSession(account!, session, new ClientContext("127.0.0.1", "test"));
        var authenticators = gateway.Get<OwnAuthenticators>();
        gateway.Time.Advance(TimeSpan.FromMinutes(11));

        Assert.IsType<OwnChange.StepUpFirst>(await authenticators.RemoveAsync(acting, phone.Id, cancellationToken));
        Assert.IsType<OwnChange.StepUpFirst>(await gateway.Get<OwnSignInMethods>().SwitchAsync(acting, on: false, cancellationToken));
        Assert.IsType<OwnChange.StepUpFirst>(Assert.IsType<NewCodesOutcome.NotMade>(
            await gateway.Get<OwnRecoveryCodes>().RegenerateAsync(acting, "/", cancellationToken)).Reason);
        Assert.IsType<OwnChange.StepUpFirst>(Assert.IsType<OwnPasswordChange.NotDone>(
            await gateway.Get<OwnPassword>().ChangeAsync(acting, ada.Password, "velvet tractor humming orbit", cancellationToken)).Reason);

        var now = gateway.Time.GetUtcNow();
        var fresh = acting with { Session = session with { Proofs = [.. session.Proofs.Select(proof => proof with { At = now })] } };
        Assert.IsType<OwnChange.Done>(await authenticators.RemoveAsync(fresh, phone.Id, cancellationToken));
    }

    [Fact]
    [Advisory("GHSA-hp74-gm6m-2qm5", "Pocket ID", "A recent sign-in by any factor counts as the recent proof of the one that is asked for", Rules)]
    public async Task A_recent_proof_of_one_factor_does_not_freshen_another()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("wiki", "/wiki/{**path}", "one-factor")
            .Route("vault", "/vault/{**path}", "vault").With("MfaGateway:Policies:vault:MaxAge", "00:05:00"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser, "/vault/");
        gateway.Time.Advance(TimeSpan.FromMinutes(6));
        var asked = await browser.OpenAsync("/vault/");
        Assert.StartsWith("/_mfa/challenge/password", asked.Url, StringComparison.Ordinal);

        // A thief at the open browser, with the phone and without the password.
        using var thief = browser.Clone();
        await thief.PostAsync("/_mfa/challenge/totp", [.. asked.Form(("password", "x")).Values.Where(field => field.Key != "password"), new("code", ada.CurrentCode)]);
        Assert.Equal(HttpStatusCode.Found, (await thief.GetAsync("/vault/")).Status);

        var code = await browser.FollowAsync(await browser.SubmitAsync(await browser.OpenAsync("/vault/"), ("password", ada.Password)));
        Assert.StartsWith("/_mfa/challenge/totp", code.Url, StringComparison.Ordinal);
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(Greeting, (await browser.FollowAsync(await browser.SubmitAsync(code, ("code", ada.CurrentCode)))).Body);
    }

    [Fact]
    [Advisory("CVE-2020-5240", "wagtail-2fa", "A signed-in user removes the device of another user by its id", "src/MfaGateway.Core/SelfService/OwnAuthenticators.cs")]
    public async Task An_authenticator_of_another_account_is_not_removed()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        var eve = await (await gateway.AddPersonAsync("eve")).WithAuthenticatorAsync();
        var adas = Assert.Single(await gateway.Get<TotpStore>().ListAsync(ada.AccountId, TestContext.Current.CancellationToken));
        using var browser = gateway.NewBrowser();
        var fields = (await eve.SignInAsync(browser, "/_mfa/account")).Form().Values;

        var posted = await browser.PostAsync($"/_mfa/account/authenticators/remove?id={adas.Id}", [.. fields, new("id", adas.Id)]);

        Assert.Equal(HttpStatusCode.NotFound, posted.Status);
        Assert.Single(await gateway.Get<TotpStore>().ListAsync(ada.AccountId, TestContext.Current.CancellationToken));
    }
}
