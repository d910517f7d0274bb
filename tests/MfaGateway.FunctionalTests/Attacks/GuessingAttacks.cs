using System.Globalization;
using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Guessing passwords and codes, in parallel and spread over whatever can be had several times.</summary>
public class GuessingAttacks
{
    private const string Wrong = "the-Wrong-Teapot-17";

    [Fact]
    public async Task A_hundred_parallel_wrong_codes_in_one_flow_count_exactly_the_limit()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => browser.Clone().SubmitAsync(asked, ("code", ada.WrongCode))));

        Assert.Equal(5, await WrongCodesAsync(gateway));
        using var other = gateway.NewBrowser();
        Assert.Equal(HttpStatusCode.OK, (await ada.SignInAsync(other)).Status); // the account's own budget still stands
    }

    [Fact]
    public async Task Codes_guessed_over_several_flows_and_both_factors_share_the_account_s_budget()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();

        for (var flow = 0; flow < 2; flow++)
        {
            using var browser = gateway.NewBrowser();
            var asked = await ada.GivePasswordAsync(browser);
            for (var guess = 0; guess < 3; guess++)
                await browser.SubmitAsync(asked, ("code", ada.WrongCode));
            for (var guess = 0; guess < 2; guess++)
                await browser.PostAsync("/_mfa/challenge/recovery-code", asked.Form(("code", "aaaa-bbbb-cccc-dddd")).Values);
        }

        using var last = gateway.NewBrowser();
        var page = await ada.GivePasswordAsync(last);
        var refused = await last.SubmitAsync(page, ("code", ada.CurrentCode));

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Equal("900", refused.Header("Retry-After"));
        Assert.Contains("15 minutes", refused.Text("error"), StringComparison.Ordinal);

        gateway.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.OK, (await ada.SignInAsync(last)).Status);
    }

    [Fact]
    public async Task A_right_password_does_not_clear_the_codes_counter_and_the_person_is_told_by_mail()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:Attempts:PerChallenge", "10"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        for (var guess = 0; guess < 10; guess++)
        {
            using var browser = gateway.NewBrowser();
            await browser.SubmitAsync(await ada.GivePasswordAsync(browser), ("code", ada.WrongCode));
        }

        using var last = gateway.NewBrowser();
        var refused = await last.SubmitAsync(await ada.GivePasswordAsync(last), ("code", ada.CurrentCode));

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Contains("code", (await gateway.Mail.NextAsync("ada@example.org")).Subject, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task One_address_is_refused_alike_for_names_that_exist_and_names_that_do_not()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.AddPersonAsync();
        using var stranger = gateway.NewBrowser();
        var form = await stranger.OpenAsync("/");
        for (var guess = 0; guess < 10; guess++)
            await stranger.SubmitAsync(form, ("username", guess.ToString(CultureInfo.InvariantCulture)), ("password", Wrong));

        foreach (var name in (string[])["ada", "nobody"])
        {
            var refused = await stranger.SubmitAsync(form, ("username", name), ("password", TestPerson.DefaultPassword));
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
            Assert.Equal("60", refused.Header("Retry-After"));
        }
    }

    [Fact]
    public async Task A_closed_account_looks_like_a_wrong_password_and_closes_the_address_as_soon_as_an_open_one()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:Attempts:Password:Count", "3"));
        await gateway.AddPersonAsync();
        using var stranger = gateway.NewBrowser();
        var form = await stranger.OpenAsync("/");

        var statuses = new List<HttpStatusCode>();
        for (var guess = 0; guess < 11; guess++)
            statuses.Add((await stranger.SubmitAsync(form, ("username", "ada"), ("password", Wrong))).Status);

        Assert.All(statuses[..10], status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[10]);
    }

    [Fact]
    public async Task A_used_code_says_how_long_to_wait_and_an_old_one_how_slow_the_phone_is()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var first = gateway.NewBrowser();
        await ada.SignInAsync(first);

        using var second = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(second);
        var used = await second.SubmitAsync(asked, ("code", ada.CurrentCode));
        Assert.Matches("already used. Wait [0-9]+ seconds", used.Text("error")!);

        var old = await second.SubmitAsync(asked, ("code", ada.CodeAt(-10)));
        Assert.Equal(HttpStatusCode.Unauthorized, old.Status);
        Assert.Matches("about (5|6) minutes slow", old.Text("error")!);

        var ahead = await second.SubmitAsync(asked, ("code", ada.CodeAt(+10)));
        Assert.DoesNotContain("clock", ahead.Text("error")!, StringComparison.Ordinal);
    }

    private static async Task<int> WrongCodesAsync(GatewayUnderTest gateway)
    {
        var entries = await gateway.Get<Core.Auditing.AuditStore>().ListAsync(new(), before: null, 500, CancellationToken.None);
        return entries.Count(entry => entry.Entry.Detail is { } detail && detail.StartsWith(nameof(Core.Factors.FactorKind.Totp), StringComparison.Ordinal)
            && detail.EndsWith("wrong", StringComparison.Ordinal));
    }
}
