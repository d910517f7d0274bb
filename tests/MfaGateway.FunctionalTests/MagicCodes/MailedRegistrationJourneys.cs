using System.Net;
using System.Text.Json;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.MagicCodes;

/// <summary>Accounts that people make themselves, by proving an address of a listed domain.</summary>
public sealed class MailedRegistrationJourneys : MagicCodeTest
{
    private const string Email = "grace@example.com";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_newcomer_has_a_verified_address_no_password_and_an_entry_in_the_audit()
    {
        await using var gateway = await StartOpenAsync();
        var root = await (await gateway.AddPersonAsync("root", "admins")).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await GiveAsync(browser, await AskAsync(browser, Email), (await MailedCode.NextAsync(gateway, Email)).Code);

        var grace = (await gateway.Get<AccountStore>().FindByEmailAsync(Email, Token))!;
        var overview = (await gateway.Get<AccountOverviewReader>().ReadAsync(grace.Id, Token))!;
        Assert.False(overview.HasPassword);
        Assert.Equal(gateway.Time.GetUtcNow(), overview.EmailVerifiedAt);
        var added = Assert.Single(
            await gateway.Get<AuditStore>().ListAsync(before: null, 100, Token), recorded => recorded.Entry.AccountId == grace.Id && recorded.Entry.Event == AuditEvents.AccountAdded);
        Assert.Equal("by a code sent to the address", added.Entry.Detail);

        using var office = gateway.NewBrowser();
        await root.SignInAsync(office, "/_mfa/admin");
        var person = await office.GetAsync($"/_mfa/admin/people/{grace.Id}");
        Assert.NotEqual("not yet", person.Text("email-verified"));
        Assert.Contains("None yet", person.Text("state"), StringComparison.Ordinal);
        Assert.DoesNotContain("invited", person.Text("state"), StringComparison.Ordinal);
        Assert.Equal("not yet", (await office.GetAsync($"/_mfa/admin/people/{root.AccountId}")).Text("email-verified"));
    }

    [Fact]
    public async Task The_command_tells_that_the_address_is_verified()
    {
        using var program = new GatewayProgram();
        await using var gateway = await StartOpenAsync(setup => setup.With("MfaGateway:DataDirectory", program.PathOf("data")));
        await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        await GiveAsync(browser, await AskAsync(browser, Email), (await MailedCode.NextAsync(gateway, Email)).Code);

        Assert.Equal(gateway.Time.GetUtcNow(), await VerifiedAtAsync(Email));
        Assert.Null(await VerifiedAtAsync("ada"));
        Assert.Matches(@"e-mail verified\s+not yet", (await program.RunAsync("users", "show", "ada")).Output);

        async Task<DateTimeOffset?> VerifiedAtAsync(string userName)
        {
            var shown = await program.RunAsync("users", "show", userName, "--json");
            Assert.Equal(0, shown.ExitCode);
            var verified = JsonDocument.Parse(shown.Output).RootElement.GetProperty("emailVerifiedAt");
            return verified.ValueKind == JsonValueKind.Null ? null : verified.GetDateTimeOffset();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_newcomer_may_use_the_link_in_this_browser_or_another_one(bool elsewhere)
    {
        await using var gateway = await StartOpenAsync(setup => setup
            .With("MfaGateway:PublicOrigin", MailedCode.Origin).With("MfaGateway:TrustedProxies:0", "127.0.0.0/8"));
        await gateway.AddPersonAsync();
        using var browser = NewBrowser(gateway);
        await AskAsync(browser, Email);
        var link = (await MailedCode.NextAsync(gateway, Email)).Link!;

        if (elsewhere)
        {
            const string Wait = "/_mfa/challenge/code/wait?returnUrl=%2Fwiki%2Fpage";
            using var phone = NewBrowser(gateway);
            await phone.SubmitAsync(await phone.GetAsync(link), ("number", (await browser.GetAsync(Wait)).Text("match-number")!));
            var (action, values) = (await browser.GetAsync(Wait)).Form();
            Assert.Equal(Greeting, (await browser.FollowAsync(await browser.PostAsync(action, values))).Body);
        }
        else
        {
            Assert.Equal(Greeting, (await browser.FollowAsync(await browser.SubmitAsync(await browser.GetAsync(link)))).Body);
        }

        var grace = (await gateway.Get<AccountStore>().FindByEmailAsync(Email, Token))!;
        Assert.NotNull((await gateway.Get<AccountOverviewReader>().ReadAsync(grace.Id, Token))!.EmailVerifiedAt);
    }

    [Fact]
    public async Task Whose_address_was_given_to_an_account_meanwhile_is_not_let_in_by_the_old_code_and_is_by_a_new_one()
    {
        await using var gateway = await StartOpenAsync();
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser, Email);
        var mail = await MailedCode.NextAsync(gateway, Email);
        await gateway.Get<AdministrationService>().InviteAsync("grace", new AccountDetails(Email, "Grace", []), Actor.Command, Token);

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.SubmitAsync(asked, ("code", mail.Code))).Status);
        Assert.DoesNotContain("mfa_session", browser.Cookies.Keys);

        gateway.Time.Advance(TimeSpan.FromMinutes(2));
        asked = await AskAsync(browser, Email);
        var next = await gateway.Mail.NextAsync(Email);
        if (!next.Subject.Contains("code", StringComparison.OrdinalIgnoreCase))
            next = await gateway.Mail.NextAsync(Email); // the invitation comes first
        Assert.Equal(Greeting, (await GiveAsync(browser, asked, MailedCode.Read(next).Code)).Body);
        Assert.Equal("grace", gateway.Upstream.Last.Headers["Remote-User"]);
    }

    [Fact]
    public async Task A_domain_that_is_taken_off_the_list_registers_nobody_any_more()
    {
        using var program = new GatewayProgram();
        Dictionary<string, string> cookies;
        Visit asked;
        MailedCode mail;
        await using (var gateway = await StartOpenAsync(setup => setup.With("MfaGateway:DataDirectory", program.PathOf("data"))))
        {
            using var browser = gateway.NewBrowser();
            asked = await AskAsync(browser, Email);
            mail = await MailedCode.NextAsync(gateway, Email);
            cookies = new(browser.Cookies, StringComparer.Ordinal);
        }

        await using var closed = await StartAsync(setup => setup.With("MfaGateway:DataDirectory", program.PathOf("data")));
        using var late = closed.NewBrowser();
        foreach (var (name, value) in cookies)
            late.Cookies[name] = value;

        Assert.Equal(HttpStatusCode.Unauthorized, (await late.SubmitAsync(asked, ("code", mail.Code))).Status);
        Assert.Null(await closed.Get<AccountStore>().FindByEmailAsync(Email, Token));
    }

    [Fact]
    public async Task A_flood_of_other_peoples_addresses_keeps_no_newcomer_out()
    {
        // Addresses that nobody has share 64 counters, and one mail closes each for a minute.
        await using var gateway = await StartOpenAsync(setup => setup
            .With("MfaGateway:Attempts:UnknownNames", "64").With("MfaGateway:Attempts:PerAddress:Count", "10000")
            .With("MfaGateway:Attempts:PerAddress:PerHour", "10000").With("MfaGateway:Attempts:PerAddress:PerDay", "10000")
            .With("MfaGateway:Attempts:MailSends:RequestsPerHour", "10000").With("MfaGateway:Attempts:MailSends:PerAddressPerHour", "10000"));
        using var stranger = gateway.NewBrowser();
        var form = await stranger.GetAsync("/_mfa/sign-in/code?returnUrl=%2Fwiki");
        for (var i = 0; i < 600; i++)
        {
            var (action, values) = form.Form(("email", $"nobody{i}@elsewhere.example"));
            await stranger.PostAsync(action, values);
        }

        using var newcomer = gateway.NewBrowser();
        var own = await AskAsync(newcomer, Email);
        var mail = await MailedCode.NextAsync(gateway, Email);

        Assert.Equal(Greeting, (await GiveAsync(newcomer, own, mail.Code)).Body);
    }

    private static Task<GatewayUnderTest> StartOpenAsync(Action<GatewaySetup>? more = null) => StartAsync(setup =>
    {
        setup.With("MfaGateway:MagicCode:Registration:0", "example.com");
        more?.Invoke(setup);
    });

    private static Browser NewBrowser(GatewayUnderTest gateway)
    {
        var browser = gateway.NewBrowser();
        browser.Host = new Uri(MailedCode.Origin).Host;
        browser.ForwardedFor = "203.0.113.9";
        return browser;
    }
}
