using System.Net;
using System.Text.RegularExpressions;
using MfaGateway.Core.Accounts;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Somebody who wants to know who has an account, and in what state it is, gets one and the same answer.</summary>
public sealed partial class EnumerationAttacks
{
    private const string Wrong = "the-Wrong-Teapot-17";

    [Fact]
    public async Task Unknown_known_disabled_locked_and_invited_people_are_refused_alike_in_every_byte()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:Attempts:Password:Count", "3")
            .With("MfaGateway:Attempts:Password:InARow", "10")
            .With("MfaGateway:Attempts:PerAddress:Count", "1000"));
        var names = await AddPeopleAsync(gateway);

        var answers = new List<(string Case, string Answer)>();
        foreach (var (name, password) in names)
        {
            using var stranger = gateway.NewBrowser();
            var form = await stranger.OpenAsync("/notes?a=1");
            answers.Add(($"{name} with {password}", Describe(await stranger.SubmitAsync(form, ("username", name), ("password", password)), name)));
        }

        var expected = answers[0].Answer;
        Assert.Contains("401", expected, StringComparison.Ordinal);
        Assert.All(answers, answer => Assert.True(expected == answer.Answer, $"{answer.Case}:\n{answer.Answer}\n\ninstead of\n\n{expected}"));
    }

    [Fact]
    public async Task A_browser_that_the_account_knows_is_told_no_more_about_it_than_a_stranger()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:Attempts:KnownBrowser:Count", "3")
            .With("MfaGateway:Attempts:PerAddress:Count", "3")
            .Route("app", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync("ada");
        using var known = gateway.NewBrowser();
        await ada.GivePasswordAsync(known);
        known.Cookies.Remove("mfa_session");
        // Until then the same password of the same browser has the same outcome.
        gateway.Time.Advance(TimeSpan.FromSeconds(10));
        var form = await known.GetAsync("/_mfa/sign-in");
        var open = Describe(await known.SubmitAsync(form, ("username", "ada"), ("password", Wrong)), "ada");
        await known.SubmitAsync(form, ("username", "ada"), ("password", Wrong));
        await known.SubmitAsync(form, ("username", "ada"), ("password", Wrong));

        // The account knows this browser, so it hears how long to wait; a right password is told no more than a wrong one.
        var closed = await known.SubmitAsync(form, ("username", "ada"), ("password", ada.Password));
        Assert.Equal(HttpStatusCode.TooManyRequests, closed.Status);
        Assert.Equal(Describe(closed, "ada"), Describe(await known.SubmitAsync(form, ("username", "ada"), ("password", Wrong)), "ada"));

        // A disabled account knows no browser.
        await ada.DisableAsync();
        Assert.Equal(open, Describe(await known.SubmitAsync(form, ("username", "ada"), ("password", ada.Password)), "ada"));
        Assert.Equal(open, Describe(await known.SubmitAsync(form, ("username", "nobody"), ("password", Wrong)), "nobody"));
    }

    [Fact]
    public async Task A_closed_network_says_the_same_of_every_name_and_when_to_come_back()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:Attempts:Password:Count", "3"));
        var names = await AddPeopleAsync(gateway);
        using var stranger = gateway.NewBrowser();
        var form = await stranger.OpenAsync("/notes?a=1");
        for (var guess = 0; guess < 10; guess++)
            await stranger.SubmitAsync(form, ("username", $"nobody{guess}"), ("password", Wrong));

        var answers = new List<string>();
        foreach (var (name, password) in names)
        {
            var refused = await stranger.SubmitAsync(form, ("username", name), ("password", password));
            Assert.Equal((HttpStatusCode.TooManyRequests, "60"), (refused.Status, refused.Header("Retry-After")));
            answers.Add(Describe(refused, name));
        }

        Assert.Single(answers.Distinct(StringComparer.Ordinal));
    }

    /// <summary>People in every state, each with passwords that must not get anybody any further.</summary>
    private static async Task<(string Name, string Password)[]> AddPeopleAsync(GatewayUnderTest gateway)
    {
        await (await gateway.AddPersonAsync("phoned")).WithAuthenticatorAsync();
        await gateway.AddPersonAsync("plain");
        await (await gateway.AddPersonAsync("gone")).DisableAsync();
        await gateway.AddPersonAsync("locked");
        await gateway.AddPersonAsync("shut");
        Assert.IsType<Invitation.Made>(await gateway.Get<AdministrationService>().InviteAsync(
            "invited", new AccountDetails("invited@example.org", "In Vited", []), Actor.Command, CancellationToken.None));

        for (var round = 0; round < 4; round++)
        {
            await FailAsync(gateway, "shut", 3);
            gateway.Time.Advance(TimeSpan.FromMinutes(15));
        }

        await FailAsync(gateway, "locked", 3);
        return
        [
            ("nobody", Wrong), ("somebody", TestPerson.DefaultPassword), ("phoned", Wrong), ("plain", Wrong),
            ("gone", Wrong), ("gone", TestPerson.DefaultPassword), ("locked", Wrong), ("locked", TestPerson.DefaultPassword),
            ("shut", Wrong), ("shut", TestPerson.DefaultPassword), ("invited", Wrong), ("invited", TestPerson.DefaultPassword),
            ("nobody@example.org", Wrong), ("plain@example.org", Wrong), ("gone@example.org", TestPerson.DefaultPassword),
            ("locked@example.org", TestPerson.DefaultPassword), ("shut@example.org", TestPerson.DefaultPassword),
            ("invited@example.org", TestPerson.DefaultPassword),
        ];
    }

    private static async Task FailAsync(GatewayUnderTest gateway, string name, int times)
    {
        using var stranger = gateway.NewBrowser();
        var form = await stranger.OpenAsync("/");
        for (var guess = 0; guess < times; guess++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.SubmitAsync(form, ("username", name), ("password", Wrong))).Status);
    }

    /// <summary>Everything that came back but the time, the request token and what the stranger typed.</summary>
    private static string Describe(Visit visit, string typed)
    {
        var headers = visit.Headers.Concat(visit.ContentHeaders)
            .Where(header => header.Key is not ("Date" or "Content-Length"))
            .Select(header => $"{header.Key}: {string.Join(" | ", header.Value.Select(WithoutValue))}");
        var body = RequestToken().Replace(visit.Body, "value=\"token\"").Replace($"value=\"{typed}\"", "value=\"typed\"", StringComparison.Ordinal);
        return $"{(int)visit.Status} {visit.Location}\n{string.Join('\n', headers)}\n\n{body}";
    }

    // Of a cookie its name and its attributes.
    private static string WithoutValue(string header) => CookieValue().Replace(header, "${name}=;");

    [GeneratedRegex("\\A(?<name>(__Host-)?mfa_[a-z]+)=[^;]*;", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CookieValue();

    [GeneratedRegex("value=\"CfDJ8[^\"]*\"", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RequestToken();
}
