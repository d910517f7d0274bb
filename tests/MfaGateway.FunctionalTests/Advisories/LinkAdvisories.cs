using System.Net;
using System.Security.Cryptography;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.FunctionalTests.MagicCodes;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>Links in mails that lead elsewhere, are good more than once or for too long, or are taken for another kind.</summary>
public sealed class LinkAdvisories : MagicCodeTest
{
    private const string Resets = "src/MfaGateway.Core/Accounts/PasswordResets.cs";
    private const string Site = "src/MfaGateway/Mail/MailSite.cs";
    private const string NewPassword = "velvet tractor humming orbit";

    [Theory]
    [Advisory("CVE-2023-49097", "Zitadel", "The host of the link to a new password is taken from a header of the client", Site)]
    [Advisory("CVE-2025-48936", "Zitadel", "The link to a new password is made of X-Forwarded-Proto of the one who asks", Site)]
    [Advisory("CVE-2025-64101", "Zitadel", "The link to a new password is made of Forwarded or X-Forwarded-Host", Site)]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("X-Forwarded-Proto", "https://evil.example/?")]
    [InlineData("Forwarded", "host=evil.example;proto=https")]
    [InlineData("Host", "evil.example")]
    public async Task The_request_does_not_choose_where_a_link_leads(string header, string value)
    {
        await using var gateway = await StartWithLinksAsync();
        await gateway.AddPersonAsync();
        await gateway.AddPersonAsync("bob");
        using var browser = NewBrowser(gateway);
        var (action, values) = (await browser.GetAsync("/_mfa/reset-password")).Form(("email", "ada@example.org"));

        await browser.PostAsync(action, values, request =>
        {
            request.Headers.Remove(header);
            request.Headers.TryAddWithoutValidation(header, value);
        });
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        await AskForPasswordAsync(browser, "bob@example.org");
        await gateway.Mail.NextAsync("bob@example.org"); // asked for later, so what was to go out before is there

        Assert.Equal(header == "Host" ? 1 : 2, gateway.Mail.All().Count);
        Assert.All(gateway.Mail.All(), mail =>
        {
            Assert.Contains(MailedCode.Origin + "/_mfa/reset-password/set?token=", mail.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("evil.example", mail.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    [Advisory("CVE-2026-28268", "Vikunja", "A link to a new password is good again after it was used", Resets)]
    public async Task A_link_to_a_new_password_is_good_once()
    {
        await using var gateway = await StartWithLinksAsync();
        await gateway.AddPersonAsync();
        using var browser = NewBrowser(gateway);
        await AskForPasswordAsync(browser);
        var link = await Links.NextAsync(gateway);
        var form = await browser.GetAsync(link);

        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(form, ("password", NewPassword))).Status);
        Assert.NotEqual(HttpStatusCode.SeeOther, (await browser.SubmitAsync(form, ("password", NewPassword + " two"))).Status);
        Assert.Empty((await browser.GetAsync(link)).Page.Forms);
    }

    [Fact]
    [Advisory("CVE-2026-52809", "Gogs", "A link to a new password is good for as long as one of another kind", Resets)]
    public async Task A_link_to_a_new_password_is_good_for_half_an_hour()
    {
        await using var gateway = await StartWithLinksAsync();
        await gateway.AddPersonAsync();
        using var browser = NewBrowser(gateway);
        await AskForPasswordAsync(browser);
        var link = await Links.NextAsync(gateway);
        gateway.Time.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(1));
        var form = await browser.GetAsync(link);
        Assert.NotEmpty(form.Page.Forms);

        gateway.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.NotEqual(HttpStatusCode.SeeOther, (await browser.SubmitAsync(form, ("password", NewPassword))).Status);
        Assert.Empty((await browser.GetAsync(link)).Page.Forms);
    }

    [Fact]
    [Advisory("CVE-2025-64708", "authentik", "An invitation is good after its end", Resets)]
    public async Task An_invitation_is_good_until_its_end()
    {
        await using var gateway = await StartWithLinksAsync();
        var made = Assert.IsType<Invitation.Made>(await gateway.Get<AdministrationService>().InviteAsync(
            "grace", new AccountDetails("grace@example.org", "Grace", []), Actor.Command, TestContext.Current.CancellationToken));
        var link = new Uri(made.Link).PathAndQuery;
        using var browser = NewBrowser(gateway);
        var form = await browser.GetAsync(link);
        Assert.NotEmpty(form.Page.Forms);

        gateway.Time.Advance(TimeSpan.FromDays(8));

        Assert.NotEqual(HttpStatusCode.SeeOther, (await browser.SubmitAsync(form, ("password", NewPassword))).Status);
        Assert.Empty((await browser.GetAsync(link)).Page.Forms);
    }

    [Fact]
    [Advisory("CVE-2026-3590", "Mattermost", "A link that signs in is good for several sign-ins", "src/MfaGateway.Core/Factors/MagicCodes/MagicCodeStore.cs")]
    public async Task A_link_that_signs_in_is_good_once()
    {
        await using var gateway = await StartWithLinksAsync();
        var ada = await gateway.AddPersonAsync();
        using var owner = NewBrowser(gateway);
        await AskAsync(owner);
        var link = (await MailedCode.NextAsync(gateway)).Link!;
        var copies = Enumerable.Range(0, 8).Select(_ => owner.Clone()).ToList();
        var page = await owner.GetAsync(link);

        await Task.WhenAll(copies.Select(copy => copy.SubmitAsync(page)));

        // A second click gets the outcome of the first: the same session, for seconds.
        Assert.Single(copies.Select(SessionOf).OfType<string>().Distinct(StringComparer.Ordinal));
        Assert.Single(await gateway.Get<SessionStore>().ListAsync(ada.AccountId, TestContext.Current.CancellationToken));
        gateway.Time.Advance(TimeSpan.FromMinutes(1));
        await owner.SubmitAsync(page);
        Assert.Null(SessionOf(owner));
        copies.ForEach(copy => copy.Dispose());

        static string? SessionOf(Browser browser) => browser.Cookies.GetValueOrDefault("__Host-mfa_session");
    }

    [Fact]
    public async Task What_is_sealed_for_one_purpose_is_not_opened_for_another()
    {
        await using var gateway = await StartAsync();
        var secrets = gateway.Get<ISecretProtector>();
        var sealedForOne = secrets.Protect("one", "secret"u8);

        Assert.ThrowsAny<CryptographicException>(() => secrets.Unprotect("another", sealedForOne));

        Assert.Equal("secret"u8.ToArray(), secrets.Unprotect("one", sealedForOne));
    }

    [Fact]
    [Advisory("CVE-2026-114607", "Better Auth", "A value that was made for another step of signing in is taken for a link that signs in", "src/MfaGateway.Core/Factors/MagicCodes/MagicCodeStore.cs")]
    [Advisory("CVE-2026-110864", "Better Auth", "What the server sealed for one purpose is opened for another, and proves who a person is", "src/MfaGateway/Storage/DataProtectionSecrets.cs")]
    public async Task A_value_of_one_kind_is_none_of_another()
    {
        await using var gateway = await StartWithLinksAsync();
        var ada = await gateway.AddPersonAsync();
        using var browser = NewBrowser(gateway);
        await AskForPasswordAsync(browser);
        var reset = (await Links.NextAsync(gateway)).Split("token=")[1];
        gateway.Time.Advance(TimeSpan.FromSeconds(61));
        using var asking = NewBrowser(gateway);
        await AskAsync(asking);
        var link = (await MailedCode.NextAsync(gateway)).Link!.Split("token=")[1];
        using var half = NewBrowser(gateway);
        await ada.GivePasswordAsync(half, "/books");
        var values = half.Cookies.Values.Concat(asking.Cookies.Values).Append(reset).Append(link).Distinct().ToList();
        Assert.True(values.Count >= 4, string.Join(", ", half.Cookies.Keys.Concat(asking.Cookies.Keys)));

        foreach (var value in values)
        {
            if (value != link)
                Assert.Empty((await browser.GetAsync($"/_mfa/link?token={Uri.EscapeDataString(value)}")).Page.QuerySelectorAll("main form"));
            if (value != reset)
                Assert.Empty((await browser.GetAsync($"/_mfa/reset-password/set?token={Uri.EscapeDataString(value)}")).Page.QuerySelectorAll("main form"));
            Assert.Empty((await browser.GetAsync($"/_mfa/setup?token={Uri.EscapeDataString(value)}")).Page.QuerySelectorAll("main form"));
            using var bearer = NewBrowser(gateway);
            bearer.Cookies["mfa_session"] = bearer.Cookies["__Host-mfa_session"] = value;
            Assert.Equal(HttpStatusCode.Found, (await bearer.GetAsync("/wiki/page")).Status);
        }

        Assert.NotEmpty((await browser.GetAsync($"/_mfa/reset-password/set?token={reset}")).Page.QuerySelectorAll("main form"));
    }

    [Theory]
    [Advisory("CVE-2025-8419", "Keycloak", "Special characters in an address add recipients or lines to a mail", "src/MfaGateway.Core/Accounts/EmailAddress.cs")]
    [Advisory("CVE-2026-40574", "oauth2-proxy", "An address with two at signs passes the check for an allowed domain by its end", "src/MfaGateway.Core/Accounts/EmailAddress.cs")]
    [InlineData("mallory@evil.example@example.com")]
    [InlineData("mallory@evil.example,x@example.com")]
    [InlineData("mallory@evil.example\r\nBcc: x@example.com")]
    [InlineData("\"mallory@evil.example\"@example.com")]
    [InlineData("mallory@evil.example x@example.com")]
    [InlineData("mallory,x@example.com")]
    [InlineData("mallory\r\nBcc: x@example.com")]
    [InlineData("<mallory@example.com")]
    [InlineData("\"mallory\"@example.com")]
    [InlineData("-oQ/tmp@example.com")]
    public async Task An_address_is_one_mailbox_of_a_listed_domain(string address)
    {
        await using var gateway = await StartAsync(setup => setup.With("MfaGateway:MagicCode:Registration:0", "example.com"));
        using var browser = gateway.NewBrowser();
        var form = await browser.GetAsync("/_mfa/sign-in/code?returnUrl=%2Fwiki%2Fpage");

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SubmitAsync(form, ("email", address))).Status);

        await MailedOnlyAsync(gateway, [], "grace@example.com", async email => await browser.SubmitAsync(form, ("email", email)));
    }

    private static async Task AskForPasswordAsync(Browser browser, string email = "ada@example.org") =>
        Assert.Equal(HttpStatusCode.OK, (await browser.SubmitAsync(await browser.GetAsync("/_mfa/reset-password"), ("email", email))).Status);

    private static Task<GatewayUnderTest> StartWithLinksAsync() => StartAsync(setup =>
    {
        setup.Https = true;
        setup.With("MfaGateway:PublicOrigin", MailedCode.Origin);
    });

    private static Browser NewBrowser(GatewayUnderTest gateway)
    {
        var browser = gateway.NewBrowser();
        browser.Host = new Uri(MailedCode.Origin).Host;
        return browser;
    }
}
