using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.MagicCodes;

/// <summary>Who reads one mailbox can choose a password by mail and get codes by mail. That is one thing, however often it is proved.</summary>
public sealed partial class OneMailboxAttacks : MagicCodeTest
{
    private const string NewPassword = "velvet tractor humming orbit";

    [Fact]
    public async Task A_password_by_mail_and_a_code_by_mail_are_one_factor_everywhere()
    {
        await using var gateway = await StartWithMailAsync(setup => setup
            .Route("strict", "/strict/{**path}", "strict").With("MfaGateway:Policies:strict:Factors", "one-factor -magic-code"));
        await gateway.AddPersonAsync();
        using var thief = NewBrowser(gateway);
        await thief.SubmitAsync(await thief.GetAsync("/_mfa/reset-password"), ("email", "ada@example.org"));
        await ChooseAsync(thief, LinkOf((await gateway.Mail.NextAsync("ada@example.org")).Text));
        await gateway.Mail.NextAsync("ada@example.org"); // the password was changed
        gateway.Time.Advance(TimeSpan.FromSeconds(61));

        var asked = await AskAsync(thief, url: "/strict/page");
        var password = await GiveAsync(thief, asked, (await MailedCode.NextAsync(gateway)).Code);
        Assert.Equal(Greeting, (await thief.FollowAsync(await thief.SubmitAsync(password, ("password", NewPassword)))).Body);

        var stated = Assertion(gateway);
        Assert.Equal("one-factor-mail", stated.GetProperty("acr").GetString());
        Assert.Equal(["email", "pwd"], stated.GetProperty("amr").EnumerateArray().Select(name => name.GetString()));
        var started = (await gateway.Get<AuditStore>().ListAsync(null, 100, CancellationToken.None)).First(one => one.Entry.Event == AuditEvents.SessionStarted);
        Assert.Equal("one-factor", started.Entry.Detail);
        Assert.Contains("Set up your authenticator app", (await thief.OpenAsync("/books")).Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_that_was_mailed_makes_no_second_factor_of_a_mailed_code()
    {
        await using var gateway = await StartWithMailAsync(Mailed);
        var made = await InviteAsync(gateway);
        using var thief = NewBrowser(gateway);
        await ChooseAsync(thief, LinkOf((await gateway.Mail.NextAsync("grace@example.org")).Text));
        Assert.True(made.Mailed);

        var next = await new TestPerson(gateway, "grace") { Password = NewPassword }.GivePasswordAsync(thief, "/mail/box");

        Assert.StartsWith("/_mfa/enroll/totp", next.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_that_was_handed_over_does_not_rest_on_the_mailbox()
    {
        await using var gateway = await StartAsync(Mailed);
        var made = await InviteAsync(gateway);
        using var browser = gateway.NewBrowser();
        Assert.False(made.Mailed);
        await ChooseAsync(browser, made.Link);

        var next = await new TestPerson(gateway, "grace") { Password = NewPassword }.GivePasswordAsync(browser, "/mail/box");

        Assert.Contains("Get a code by e-mail", next.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changing_the_password_in_a_session_of_the_mailbox_alone_makes_it_no_stronger()
    {
        await using var gateway = await StartWithMailAsync(Mailed);
        await InviteAsync(gateway);
        using var thief = NewBrowser(gateway);
        await ChooseAsync(thief, LinkOf((await gateway.Mail.NextAsync("grace@example.org")).Text));
        Assert.Equal(Greeting, (await new TestPerson(gateway, "grace") { Password = NewPassword }.GivePasswordAsync(thief, "/wiki/page")).Body);

        var page = await thief.GetAsync("/_mfa/account/password");
        var changed = await thief.SubmitAsync(page, ("currentPassword", NewPassword), ("newPassword", "orbit humming tractor velvet"));
        Assert.Equal(HttpStatusCode.SeeOther, changed.Status);

        Assert.StartsWith("/_mfa/enroll/totp", (await thief.OpenAsync("/mail/box")).Url, StringComparison.Ordinal);
    }

    private static void Mailed(GatewaySetup setup) => setup
        .Route("mail", "/mail/{**path}", "mailed").With("MfaGateway:Policies:mailed:Factors", "two-factor +magic-code");

    private static Task<GatewayUnderTest> StartWithMailAsync(Action<GatewaySetup> more) => StartAsync(setup =>
    {
        setup.Https = true;
        more(setup.With("MfaGateway:PublicOrigin", "https://apps.example.org"));
    });

    private static async Task<Invitation.Made> InviteAsync(GatewayUnderTest gateway) => Assert.IsType<Invitation.Made>(
        await gateway.Get<AdministrationService>().InviteAsync("grace", new("grace@example.org", "Grace", []), Actor.Command, CancellationToken.None));

    private static async Task ChooseAsync(Browser browser, string link) =>
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(await browser.GetAsync(link), ("password", NewPassword))).Status);

    private static Browser NewBrowser(GatewayUnderTest gateway)
    {
        var browser = gateway.NewBrowser();
        browser.Host = "apps.example.org";
        return browser;
    }

    private static JsonElement Assertion(GatewayUnderTest gateway)
    {
        var token = gateway.Upstream.Requests.Last().Headers["X-Mfa-Assertion"];
        return JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement;
    }

    private static string LinkOf(string mail) => LinkPattern().Match(mail).Groups["path"].Value;

    [GeneratedRegex(@"https://apps\.example\.org(?<path>/_mfa/reset-password/set\?token=[A-Za-z0-9_-]+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LinkPattern();
}
