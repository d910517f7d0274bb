using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.MagicCodes;

/// <summary>A code that was asked for on the way to an application with short or long-lived codes is not enough for one whose codes are stricter.</summary>
public sealed class StricterApplicationAttacks : MagicCodeTest
{
    [Theory]
    [InlineData(6, 10)] // longer codes are wanted
    [InlineData(8, 60)] // younger ones are
    [InlineData(6, 1440)]
    public async Task A_code_of_a_laxer_application_does_not_open_a_stricter_one_which_asks_for_its_own(int digits, int minutes)
    {
        await using var vault = await RecordingUpstream.StartAsync();
        await using var gateway = await StartAsync(vault);
        await gateway.AddPersonAsync();
        await SetAsync(gateway, "app", new(digits, minutes));
        await SetAsync(gateway, "vault", new(8, 10));
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser, url: "/wiki/page");
        Assert.Equal(Greeting, (await GiveAsync(browser, asked, (await MailedCode.NextAsync(gateway)).Code)).Body);

        var offered = await browser.OpenAsync("/vault/door");

        Assert.StartsWith("/_mfa/challenge/code", offered.Url, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/vault/door", request => request.Headers.Add("Sec-Fetch-Mode", "cors"))).Status);
        Assert.Empty(vault.Requests);
        gateway.Time.Advance(TimeSpan.FromMinutes(1));
        asked = await browser.FollowAsync(await SendAnotherAsync(browser, offered));
        var code = (await MailedCode.NextAsync(gateway)).Code;
        Assert.Equal(8, code.Length);
        Assert.Equal(Greeting, (await GiveAsync(browser, asked, code)).Body);
        Assert.Single(vault.Requests);

        // What is enough for the stricter one is enough for the laxer one.
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/wiki/page")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/vault/door")).Status);
    }

    [Theory]
    [InlineData(6, 10)]
    [InlineData(8, 5)]
    public async Task A_code_of_an_application_that_is_no_laxer_opens_another_one(int digits, int minutes)
    {
        await using var vault = await RecordingUpstream.StartAsync();
        await using var gateway = await StartAsync(vault);
        await gateway.AddPersonAsync();
        await SetAsync(gateway, "app", new(digits, minutes));
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser, url: "/wiki/page");
        await GiveAsync(browser, asked, (await MailedCode.NextAsync(gateway)).Code);

        Assert.Equal(Greeting, (await browser.GetAsync("/vault/door")).Body);
    }

    [Theory]
    [InlineData("/wiki/..%2fvault/door")]
    [InlineData("/wiki/%2e%2e%2fvault/door")]
    public async Task A_path_that_some_server_reads_as_one_of_a_stricter_application_needs_a_code_of_that_one(string path)
    {
        await using var vault = await RecordingUpstream.StartAsync();
        await using var gateway = await StartAsync(vault);
        await gateway.AddPersonAsync();
        await SetAsync(gateway, "app", new(6, 1440));
        await SetAsync(gateway, "vault", new(8, 10));
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser, url: "/wiki/page");
        Assert.Equal(Greeting, (await GiveAsync(browser, asked, (await MailedCode.NextAsync(gateway)).Code)).Body);

        var refused = await browser.GetAsync(path, request => request.Headers.Add("Sec-Fetch-Mode", "cors"));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);

        // The way to the page leads to a code that is enough, not around in circles.
        gateway.Time.Advance(TimeSpan.FromMinutes(1));
        var offered = await browser.OpenAsync(path);
        Assert.StartsWith("/_mfa/challenge/code", offered.Url, StringComparison.Ordinal);
        asked = await browser.FollowAsync(await SendAnotherAsync(browser, offered));
        var code = (await MailedCode.NextAsync(gateway)).Code;
        Assert.Equal(8, code.Length);
        await GiveAsync(browser, asked, code);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(path)).Status);
    }

    [Fact]
    public async Task A_flow_that_was_begun_for_a_laxer_application_is_not_continued_for_a_stricter_one()
    {
        await using var vault = await RecordingUpstream.StartAsync();
        await using var gateway = await StartAsync(vault, "fresh", setup => setup
            .Route("bank", "/bank/{**path}", "fresh")
            .With("MfaGateway:Policies:fresh:Factors", "one-factor")
            .With("MfaGateway:Policies:fresh:MaxAge", "00:05:00"));
        await gateway.AddPersonAsync();
        await SetAsync(gateway, "app", new(6, 1440));
        await SetAsync(gateway, "vault", new(8, 10));
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser, url: "/wiki/page");
        await GiveAsync(browser, asked, (await MailedCode.NextAsync(gateway)).Code);
        gateway.Time.Advance(TimeSpan.FromMinutes(6));
        await SendAnotherAsync(browser, await browser.OpenAsync("/bank/book"));
        Assert.Equal(6, (await MailedCode.NextAsync(gateway)).Code.Length);
        gateway.Time.Advance(TimeSpan.FromMinutes(1));

        asked = await browser.FollowAsync(await SendAnotherAsync(browser, await browser.OpenAsync("/vault/door")));

        var code = (await MailedCode.NextAsync(gateway)).Code;
        Assert.Equal(8, code.Length);
        Assert.Equal(Greeting, (await GiveAsync(browser, asked, code)).Body);
        Assert.Single(vault.Requests);
    }

    [Fact]
    public async Task A_second_code_of_a_laxer_application_sets_up_no_authenticator_either()
    {
        await using var vault = await RecordingUpstream.StartAsync();
        await using var gateway = await StartAsync(vault);
        await gateway.AddPersonAsync();
        await SetAsync(gateway, "app", new(6, 1440));
        await SetAsync(gateway, "gateway", new(8, 10));
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser, url: "/wiki/page");
        await GiveAsync(browser, asked, (await MailedCode.NextAsync(gateway)).Code);
        gateway.Time.Advance(TimeSpan.FromMinutes(1));

        var offered = await browser.OpenAsync("/_mfa/enroll/totp?policy=two-factor&returnUrl=%2Fwiki%2Fpage");
        asked = await browser.FollowAsync(await SendAnotherAsync(browser, offered));

        var code = (await MailedCode.NextAsync(gateway)).Code;
        Assert.Equal(8, code.Length);
        Assert.StartsWith("/_mfa/enroll/totp", (await GiveAsync(browser, asked, code)).Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sign_in_by_a_code_of_a_laxer_application_sets_up_no_authenticator()
    {
        await using var vault = await RecordingUpstream.StartAsync();
        await using var gateway = await StartAsync(vault);
        await gateway.AddPersonAsync();
        await SetAsync(gateway, "app", new(6, 1440));
        await SetAsync(gateway, "gateway", new(8, 10));
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser, url: "/books/one");

        var offered = await GiveAsync(browser, asked, (await MailedCode.NextAsync(gateway)).Code);

        Assert.StartsWith("/_mfa/challenge/code", offered.Url, StringComparison.Ordinal);
        gateway.Time.Advance(TimeSpan.FromMinutes(1));
        asked = await browser.FollowAsync(await SendAnotherAsync(browser, offered));
        var code = (await MailedCode.NextAsync(gateway)).Code;
        Assert.Equal(8, code.Length);
        Assert.StartsWith("/_mfa/enroll/totp", (await GiveAsync(browser, asked, code)).Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_of_a_laxer_application_sets_up_no_authenticator()
    {
        await using var vault = await RecordingUpstream.StartAsync();
        await using var gateway = await StartAsync(vault);
        await gateway.AddPersonAsync();
        await SetAsync(gateway, "app", new(6, 1440));
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser, url: "/wiki/page");
        await GiveAsync(browser, asked, (await MailedCode.NextAsync(gateway)).Code);

        var offered = await browser.OpenAsync("/_mfa/enroll/totp?policy=two-factor&returnUrl=%2Fwiki%2Fpage");

        Assert.StartsWith("/_mfa/challenge/code", offered.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authenticator_after_it_does_not_make_up_for_a_lax_code()
    {
        await using var vault = await RecordingUpstream.StartAsync();
        await using var gateway = await StartAsync(vault, "two-factor");
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        await SetAsync(gateway, "app", new(6, 1440));
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser, url: "/wiki/page");
        var second = await GiveAsync(browser, asked, (await MailedCode.NextAsync(gateway)).Code);
        Assert.Equal(Greeting, (await GiveAsync(browser, second, ada.CurrentCode)).Body);

        Assert.StartsWith("/_mfa/challenge/code", (await browser.OpenAsync("/vault/door")).Url, StringComparison.Ordinal);
        Assert.Empty(vault.Requests);
    }

    [Fact]
    public async Task A_password_needs_no_code_of_a_stricter_application()
    {
        await using var vault = await RecordingUpstream.StartAsync();
        await using var gateway = await StartAsync(vault);
        var ada = await gateway.AddPersonAsync();
        await SetAsync(gateway, "vault", new(8, 5));
        using var browser = gateway.NewBrowser();

        await ada.GivePasswordAsync(browser, "/wiki/page");

        Assert.Equal(Greeting, (await browser.GetAsync("/vault/door")).Body);
    }

    [Fact]
    public async Task What_another_node_or_a_command_sets_holds_within_seconds()
    {
        await using var vault = await RecordingUpstream.StartAsync();
        await using var gateway = await StartAsync(vault);
        await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var asked = await AskAsync(browser, url: "/wiki/page");
        await GiveAsync(browser, asked, (await MailedCode.NextAsync(gateway)).Code);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/vault/door")).Status);

        await gateway.Get<ApplicationStore>().SetSettingsAsync(
            "vault", new(8, 5), new(new(gateway.Time.GetUtcNow(), "application.changed", null, Actor.Command.Name, null, true, null), []), CancellationToken.None);

        await Eventually.IsAsync(async () => (await browser.GetAsync("/vault/door")).Status == HttpStatusCode.Found);
    }

    private static Task<GatewayUnderTest> StartAsync(RecordingUpstream vault, string policy = "one-factor", Action<GatewaySetup>? more = null) => StartAsync(setup =>
    {
        setup
            .Route("vault", "/vault/{**path}", policy)
            .With("ReverseProxy:Routes:vault:ClusterId", "vault")
            .With("ReverseProxy:Clusters:vault:Destinations:one:Address", vault.Address.ToString());
        more?.Invoke(setup);
    });

    private static async Task SetAsync(GatewayUnderTest gateway, string application, ApplicationSettings settings) =>
        Assert.True(await gateway.Get<MagicCodeAdministration>().TrySetAsync(application, settings, Actor.Command, CancellationToken.None));
}
