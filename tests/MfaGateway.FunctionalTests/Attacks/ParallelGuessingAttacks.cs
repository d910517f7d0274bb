using System.Globalization;
using System.Net;
using MfaGateway.FunctionalTests.MagicCodes;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>A hundred guesses at the same moment are worth what the limit grants, on every store and over several nodes.</summary>
public sealed class ParallelGuessingAttacks
{
    private const string Wrong = "the-Wrong-Teapot-17";

    public static TheoryData<NodesOn> Everywhere => [NodesOn.Sqlite, NodesOn.PostgreSql, NodesOn.PostgreSqlTwice];

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Of_a_hundred_wrong_codes_in_one_flow_five_count(NodesOn where)
    {
        await using var nodes = await Nodes.StartAsync(where);
        var ada = await (await nodes.First.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = nodes.First.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);

        var answers = await nodes.PostAtOnceAsync(100, _ => (browser, asked, [("code", ada.WrongCode)]));

        Assert.Equal(5, await nodes.CountAsync("Totp: wrong"));
        Assert.Equal(1, await nodes.CountAsync("too many wrong answers")); // one flow ends once
        Assert.Equal(4, answers.Count(answer => answer.Text("error") is { } error && error.Contains("more t", StringComparison.Ordinal)));
        Assert.DoesNotContain(answers, answer => (int)answer.Status >= 500);

        // No more and no fewer count for the account: four others are granted, and the one after them closes it.
        using var other = nodes.First.NewBrowser();
        asked = await ada.GivePasswordAsync(other);
        for (var guess = 0; guess < 4; guess++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await other.SubmitAsync(asked, ("code", ada.WrongCode))).Status);
        using var last = nodes.First.NewBrowser();
        asked = await ada.GivePasswordAsync(last);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await last.SubmitAsync(asked, ("code", ada.WrongCode))).Status);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Of_a_hundred_wrong_codes_of_both_factors_over_twenty_flows_ten_count(NodesOn where)
    {
        await using var nodes = await Nodes.StartAsync(where, setup => setup.With("MfaGateway:Attempts:PerChallenge", "10")); // no flow ends of itself
        var ada = await (await nodes.First.AddPersonAsync()).WithAuthenticatorAsync();
        var flows = new List<(Browser Browser, Visit Totp, Visit Recovery)>();
        for (var number = 0; number < 20; number++)
        {
            var browser = nodes.First.NewBrowser();
            var asked = await ada.GivePasswordAsync(browser);
            flows.Add((browser, asked, asked with { Url = "/_mfa/challenge/recovery-code" }));
        }

        var answers = await nodes.PostAtOnceAsync(100, number => number % 2 == 0
            ? (flows[number / 5].Browser, flows[number / 5].Totp, [("code", ada.WrongCode)])
            : (flows[number / 5].Browser, flows[number / 5].Recovery, [("code", "aaaa-bbbb-cccc-dddd")]));

        Assert.Equal(10, await nodes.CountAsync("Totp: wrong") + await nodes.CountAsync("RecoveryCode: wrong"));
        Assert.Equal(90, await nodes.CountAsync("Totp: no attempt left") + await nodes.CountAsync("RecoveryCode: no attempt left"));
        Assert.Equal(91, answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests)); // the tenth says so already
        var late = await flows[19].Browser.SubmitAsync(flows[19].Totp, ("code", ada.CurrentCode));
        Assert.Equal(HttpStatusCode.TooManyRequests, late.Status);
        flows.ForEach(flow => flow.Browser.Dispose());
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Of_a_hundred_wrong_mailed_codes_in_one_sign_in_five_count_and_the_right_one_is_worth_nothing_then(NodesOn where)
    {
        await using var nodes = await Nodes.StartAsync(where, setup => setup
            .With("MfaGateway:MagicCode:Enabled", "true").Route("app", "/{**path}", "one-factor"));
        await nodes.First.AddPersonAsync();
        using var browser = nodes.First.NewBrowser();
        var form = await browser.GetAsync("/_mfa/sign-in/code?returnUrl=%2F");
        var asked = await browser.FollowAsync(await browser.SubmitAsync(form, ("email", "ada@example.org")));
        var mailed = await MailedCode.NextAsync(nodes.First);
        var wrong = mailed.Code == "135790" ? "135791" : "135790";

        var answers = await nodes.PostAtOnceAsync(100, _ => (browser, asked, [("code", wrong)]));

        Assert.Equal(5, await nodes.CountAsync("MagicCode: wrong"));
        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.SeeOther, $"{(int)answer.Status} {answer.Text("error")}"));
        var late = await browser.FollowAsync(await browser.SubmitAsync(asked, ("code", mailed.Code)));
        Assert.NotEqual("hello from upstream", late.Body);
        Assert.Empty(nodes.First.Upstream.Requests);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Of_forty_wrong_passwords_from_as_many_networks_ten_are_compared(NodesOn where)
    {
        await using var nodes = await Nodes.StartAsync(where);
        var ada = await nodes.First.AddPersonAsync();
        using var browser = nodes.First.NewBrowser();
        browser.ForwardedFor = AddressOf(255);
        var form = await browser.OpenAsync("/");

        var answers = await nodes.PostAtOnceAsync(40, number =>
        {
            var guesser = browser.Clone();
            guesser.ForwardedFor = AddressOf(number);
            return (guesser, form, [("username", "ada"), ("password", Wrong)]);
        });

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.Status));
        Assert.Equal(10, await nodes.CountAsync("Password: wrong"));
        Assert.Equal(30, await nodes.CountAsync("Password: no attempt left"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.SubmitAsync(form, ("username", "ada"), ("password", ada.Password))).Status);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Of_a_hundred_names_tried_from_one_network_at_once_ten_are_compared(NodesOn where)
    {
        await using var nodes = await Nodes.StartAsync(where);
        using var browser = nodes.First.NewBrowser();
        browser.ForwardedFor = AddressOf(1);
        var form = await browser.OpenAsync("/");

        var answers = await nodes.PostAtOnceAsync(100, number =>
            (browser, form, [("username", $"person{number}"), ("password", Wrong)]));

        Assert.Equal(10, answers.Count(answer => answer.Status == HttpStatusCode.Unauthorized));
        Assert.All(
            answers.Where(answer => answer.Status != HttpStatusCode.Unauthorized),
            answer => Assert.Equal((HttpStatusCode.TooManyRequests, "60"), (answer.Status, answer.Header("Retry-After"))));
        Assert.Equal(10, await nodes.CountAsync("Password: wrong"));
    }

    private static string AddressOf(int number) => string.Create(CultureInfo.InvariantCulture, $"203.0.113.{number}");
}
