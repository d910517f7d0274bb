using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Sessions;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Journeys;

/// <summary>Somebody new is invited, and nobody but the person ever knows the password.</summary>
public sealed class InvitationJourneys
{
    private const string Password = "velvet tractor humming orbit";

    [Fact]
    public async Task An_invited_person_chooses_a_password_by_the_link_signs_in_and_enrols()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var made = await InviteAsync(gateway, "grace");
        using var browser = gateway.NewBrowser();

        var page = await browser.GetAsync(made.Link);
        Assert.Contains("grace", page.Page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var set = await browser.SubmitAsync(page, ("password", Password));
        Assert.Equal(HttpStatusCode.SeeOther, set.Status);
        Assert.StartsWith("/_mfa/sign-in?", set.Location, StringComparison.Ordinal);
        Assert.DoesNotContain("mfa_session", browser.Cookies.Keys);

        var signIn = await browser.FollowAsync(set);
        Assert.Contains("Your password is set", signIn.Text("notice"), StringComparison.Ordinal);
        var enrol = await browser.FollowAsync(await browser.SubmitAsync(signIn, ("username", "Grace"), ("password", Password)));
        Assert.StartsWith("/_mfa/enroll/totp", enrol.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_link_is_mailed_where_the_configuration_names_the_origin_and_is_made_of_that()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:PublicOrigin", "https://apps.example.org").With("MfaGateway:PathPrefix", "/login"));

        var made = await InviteAsync(gateway, "grace");

        Assert.True(made.Mailed);
        Assert.StartsWith("https://apps.example.org/login/reset-password/set?token=", made.Link, StringComparison.Ordinal);
        var mail = await gateway.Mail.NextAsync("grace@example.org");
        Assert.Contains(made.Link, mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Looking_at_the_link_as_scanners_do_spends_nothing_and_a_mistake_neither()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var made = await InviteAsync(gateway, "grace");
        using var browser = gateway.NewBrowser();
        for (var look = 0; look < 3; look++)
            await browser.GetAsync(made.Link);
        await browser.SendAsync(new HttpRequestMessage(HttpMethod.Head, made.Link));

        var page = await browser.GetAsync(made.Link);
        var refused = await browser.SubmitAsync(page, ("password", "grace hopper"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.NotNull(refused.Text("password-fault"));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(refused, ("password", Password))).Status);

        var again = await browser.SubmitAsync(page, ("password", "another velvet tractor orbit"));
        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
        Assert.Contains("does not work", again.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_posts_of_one_link_at_once_one_sets_the_password()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var made = await InviteAsync(gateway, "grace");
        using var browser = gateway.NewBrowser();
        var form = await browser.GetAsync(made.Link);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => browser.SubmitAsync(form, ("password", $"{Password} {number}"))));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.SeeOther);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?token=")]
    [InlineData("?token=nonsense")]
    [InlineData("?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_link_that_nobody_made_shows_no_form(string query)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        var page = await browser.GetAsync("/_mfa/reset-password/set" + query);

        Assert.Contains("does not work", page.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.Page.Forms);
    }

    [Fact]
    public async Task Before_the_password_is_set_no_password_signs_in()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await InviteAsync(gateway, "grace");
        using var browser = gateway.NewBrowser();
        var signIn = await browser.OpenAsync("/");

        foreach (var password in new[] { "x", "null", Password })
        {
            var answer = await browser.SubmitAsync(signIn, ("username", "grace"), ("password", password));
            Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        }
    }

    [Fact]
    public async Task A_new_link_for_somebody_who_has_a_password_changes_nothing_until_it_is_used_and_then_signs_out_but_leaves_the_phone()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var thief = gateway.NewBrowser();
        await ada.SignInAsync(thief);
        var administration = gateway.Get<AdministrationService>();
        var account = await administration.FindAsync(ada.AccountId, CancellationToken.None);
        var old = Assert.IsType<Invitation.Made>(await administration.InviteAgainAsync(account!, Actor.Command, CancellationToken.None));
        var made = Assert.IsType<Invitation.Made>(await administration.InviteAgainAsync(account!, Actor.Command, CancellationToken.None));
        Assert.Equal("hello from upstream", (await thief.GetAsync("/")).Body);

        using var browser = gateway.NewBrowser();
        Assert.Empty((await browser.GetAsync(old.Link)).Page.Forms);
        await browser.SubmitAsync(await browser.GetAsync(made.Link), ("password", Password));

        Assert.StartsWith("/_mfa/sign-in", (await thief.GetAsync("/")).Location, StringComparison.Ordinal);
        Assert.Empty(await gateway.Get<SessionStore>().ListAsync(ada.AccountId, CancellationToken.None));
        var asked = await browser.FollowAsync(await browser.SubmitAsync(await browser.OpenAsync("/"), ("username", "ada"), ("password", Password)));
        Assert.StartsWith("/_mfa/challenge/totp", asked.Url, StringComparison.Ordinal);
        Assert.Contains("changed", (await gateway.Mail.NextAsync("ada@example.org")).Subject, StringComparison.Ordinal);
    }

    private static async Task<Invitation.Made> InviteAsync(GatewayUnderTest gateway, string userName) =>
        Assert.IsType<Invitation.Made>(await gateway.Get<AdministrationService>().InviteAsync(
            userName, new AccountDetails($"{userName}@example.org", "Grace Hopper", ["staff"]), Actor.Command, CancellationToken.None));
}
