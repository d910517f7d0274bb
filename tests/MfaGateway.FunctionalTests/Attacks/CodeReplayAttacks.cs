using System.Net;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>A code is worth one sign-in, whoever has seen it and however fast they are.</summary>
public class CodeReplayAttacks
{
    [Fact]
    public async Task A_code_that_was_used_gets_nobody_else_in_within_its_step()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var seen = ada.CurrentCode;
        using var owner = gateway.NewBrowser();
        await ada.SignInAsync(owner);

        using var thief = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(thief);

        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SubmitAsync(asked, ("code", seen))).Status);
    }

    [Fact]
    public async Task A_code_of_an_earlier_step_passes_no_more_once_a_later_one_was_used()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var owner = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(owner);
        Assert.Equal(HttpStatusCode.SeeOther, (await owner.SubmitAsync(asked, ("code", ada.CodeAt(1)))).Status);

        using var thief = gateway.NewBrowser();
        var again = await ada.GivePasswordAsync(thief);
        foreach (var step in new[] { -1, 0, 1 })
            Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SubmitAsync(again, ("code", ada.CodeAt(step)))).Status);
    }

    [Fact]
    public async Task A_used_code_does_not_come_back_with_the_drift_of_the_next_step()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var seen = ada.CurrentCode;
        using var owner = gateway.NewBrowser();
        await ada.SignInAsync(owner);

        // One step later the code is still within the tolerated drift.
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        using var thief = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(thief);
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SubmitAsync(asked, ("code", seen))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await thief.SubmitAsync(asked, ("code", ada.CurrentCode))).Status);
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task A_code_passes_one_step_early_or_late_and_no_further(int step, bool passes)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);

        var answered = await browser.SubmitAsync(asked, ("code", ada.CodeAt(step)));

        Assert.Equal(passes ? HttpStatusCode.SeeOther : HttpStatusCode.Unauthorized, answered.Status);
    }

    [Fact]
    public async Task The_code_that_enrolled_a_phone_signs_nobody_in()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await gateway.AddPersonAsync();
        using var owner = gateway.NewBrowser();
        var enrol = await ada.GivePasswordAsync(owner);
        Base32.TryDecode(enrol.Text("totp-secret"), out var secret);
        ada.Secret = TotpSecret.FromBytes(secret!);
        var seen = ada.CurrentCode;
        await owner.SubmitAsync(enrol, ("code", seen));

        using var thief = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(thief);

        Assert.StartsWith("/_mfa/challenge/totp", asked.Url, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SubmitAsync(asked, ("code", seen))).Status);
    }

    [Fact]
    public async Task A_hundred_posts_of_one_right_code_in_one_flow_begin_one_session()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);

        var (action, values) = asked.Form(("code", ada.CurrentCode));
        var racers = Enumerable.Range(0, 100).Select(_ => browser.Clone()).ToArray();
        var answers = await Task.WhenAll(racers.Select(racer => racer.PostAsync(action, values)));

        Assert.Single(racers.Select(racer => racer.Cookies.GetValueOrDefault("mfa_session")).OfType<string>().Distinct(StringComparer.Ordinal));
        Assert.Single(await gateway.Get<Core.Sessions.SessionStore>().ListAsync(ada.AccountId, CancellationToken.None));
        Assert.DoesNotContain(answers, answer => (int)answer.Status >= 500);
        Dispose(racers);
    }

    [Fact]
    public async Task Of_twenty_flows_that_race_with_one_right_code_exactly_one_passes()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var racers = Enumerable.Range(0, 20).Select(_ => gateway.NewBrowser()).ToArray();
        var pages = new List<Visit>();
        foreach (var racer in racers)
            pages.Add(await ada.GivePasswordAsync(racer));

        await Task.WhenAll(racers.Zip(pages, (racer, page) => racer.SubmitAsync(page, ("code", ada.CurrentCode))));

        Assert.Single(racers, racer => racer.Cookies.ContainsKey("mfa_session"));
        Dispose(racers);
    }

    [Fact]
    public async Task A_hundred_parallel_wrong_codes_are_compared_five_times_at_the_most()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);
        var racers = Enumerable.Range(0, 100).Select(_ => browser.Clone()).ToArray();

        await Task.WhenAll(racers.Select(racer => racer.SubmitAsync(asked, ("code", ada.WrongCode))));

        var audit = await gateway.Get<Core.Auditing.AuditStore>().ListAsync(before: null, 1000, CancellationToken.None);
        Assert.Equal(5, audit.Count(entry => entry.Entry.Detail == "Totp: wrong"));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(asked, ("code", ada.CurrentCode))).Status);
        Assert.DoesNotContain("mfa_session", browser.Cookies.Keys);
        Dispose(racers);
    }

    private static void Dispose(IEnumerable<Browser> browsers)
    {
        foreach (var browser in browsers)
            browser.Dispose();
    }
}
