using System.Globalization;
using System.Net;
using MfaGateway.FunctionalTests.Attacks;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.MagicCodes;

/// <summary>What is good once is good once for a hundred who send it at the same moment, on every store and over several nodes.</summary>
public sealed class ParallelMagicCodeAttacks : MagicCodeTest
{
    public static TheoryData<NodesOn> Everywhere => [NodesOn.Sqlite, NodesOn.PostgreSql, NodesOn.PostgreSqlTwice];

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_hundred_parallel_posts_of_one_code_begin_one_session(NodesOn where)
    {
        await using var nodes = await StartAtAsync(where);
        using var browser = NewBrowser(nodes);
        var asked = await AskAsync(browser);
        var code = (await MailedCode.NextAsync(nodes.First)).Code;

        var answers = await nodes.PostAtOnceAsync(100, _ => (browser, asked, [("code", code)]));

        Assert.Single(SessionsOf(answers));
        Assert.All(answers.Where(IsSignedIn), passed => Assert.Equal("/wiki/page", passed.Location));
        Assert.Equal(1, await nodes.CountAsync("MagicCode"));
        Assert.DoesNotContain(answers, answer => (int)answer.Status >= 500);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_hundred_parallel_posts_of_one_code_after_a_password_begin_one_session(NodesOn where)
    {
        await using var nodes = await StartAtAsync(where);
        var ada = await nodes.First.AddPersonAsync("grace");
        using var browser = NewBrowser(nodes);
        var offer = await ada.GivePasswordAsync(browser, "/mailed/box");
        var asked = await browser.FollowAsync(await browser.SubmitAsync(offer));
        var code = (await MailedCode.NextAsync(nodes.First, "grace@example.org")).Code;

        var answers = await nodes.PostAtOnceAsync(100, _ => (browser, asked, [("code", code)]));

        Assert.Single(SessionsOf(answers));
        Assert.All(answers.Where(IsSignedIn), passed => Assert.Equal("/mailed/box", passed.Location));
        Assert.Equal(1, await nodes.CountAsync("MagicCode"));
        Assert.DoesNotContain(answers, answer => (int)answer.Status >= 500);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_hundred_parallel_uses_of_one_link_begin_one_session(NodesOn where)
    {
        await using var nodes = await StartAtAsync(where);
        using var browser = NewBrowser(nodes);
        await AskAsync(browser);
        var page = await browser.GetAsync((await MailedCode.NextAsync(nodes.First)).Link!);

        var answers = await nodes.PostAtOnceAsync(100, _ => (browser, page, []));

        Assert.Single(SessionsOf(answers));
        Assert.Equal(1, await nodes.CountAsync("MagicCode"));
        Assert.DoesNotContain(answers, answer => (int)answer.Status >= 500);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Whoever_posts_every_number_at_once_has_posted_one(NodesOn where)
    {
        await using var nodes = await StartAtAsync(where);
        using var waiting = NewBrowser(nodes);
        var asked = await AskAsync(waiting);
        var wait = await waiting.GetAsync(asked.Page.QuerySelector("a[href*='/challenge/code/wait']")!.GetAttribute("href")!);
        var number = int.Parse(wait.Text("match-number")!, CultureInfo.InvariantCulture);
        using var thief = NewBrowser(nodes);
        var page = await thief.GetAsync((await MailedCode.NextAsync(nodes.First)).Link!);

        // All but the right one: who has the mail alone knows none of them.
        var answers = await nodes.PostAtOnceAsync(89, at => (thief, page, [("number", $"{(at + 10 < number ? at + 10 : at + 11)}")]));

        Assert.DoesNotContain(answers, answer => answer.Text("approved") is not null);
        Assert.Equal(1, await nodes.CountAsync("wrong number"));
        Assert.Equal(HttpStatusCode.BadRequest, (await thief.SubmitAsync(page, ("number", $"{number}"))).Status);
        Assert.Contains("stopped", (await waiting.GetAsync(wait.Url)).Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_value_that_a_hundred_type_for_ten_requests_of_one_person_begins_one_session(NodesOn where)
    {
        await using var nodes = await StartAtAsync(where);
        var time = nodes.First.Time;
        time.Advance(TimeSpan.FromSeconds(300 - (time.GetUtcNow().ToUnixTimeSeconds() % 300))); // a step begins
        var flows = new List<(Browser Browser, Visit Asked, string Code)>();
        for (var request = 0; request < 10; request++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            var browser = NewBrowser(nodes);
            flows.Add((browser, await AskAsync(browser), (await MailedCode.NextAsync(nodes.First)).Code));
        }

        Assert.Single(flows.Select(flow => flow.Code).Distinct(StringComparer.Ordinal));
        var answers = await nodes.PostAtOnceAsync(100, at =>
        {
            var (browser, asked, code) = flows[at % flows.Count];
            return (browser, asked, [("code", code)]);
        });

        Assert.Single(SessionsOf(answers));
        Assert.Equal(1, await nodes.CountAsync("MagicCode"));
        flows.ForEach(flow => flow.Browser.Dispose());
    }

    private static async Task<Nodes> StartAtAsync(NodesOn where)
    {
        var nodes = await Nodes.StartAsync(where, setup =>
        {
            Configure(setup);
            setup.Route("mailed", "/mailed/{**path}", "mailed").With("MfaGateway:Policies:mailed:Factors", "two-factor +magic-code")
                .With("MfaGateway:PublicOrigin", MailedCode.Origin)
                .With("MfaGateway:Attempts:PerAddress:Count", "1000").With("MfaGateway:Attempts:PerAddress:PerHour", "1000")
                .With("MfaGateway:Attempts:PerAccount:Count", "100")
                .With("MfaGateway:Attempts:MailSends:Gap", "00:00:10").With("MfaGateway:Attempts:MailSends:PerHour", "1000")
                .With("MfaGateway:Attempts:MailSends:PerDay", "1000");
        });
        await nodes.First.AddPersonAsync();
        return nodes;
    }

    private static Browser NewBrowser(Nodes nodes)
    {
        var browser = nodes.First.NewBrowser();
        browser.Host = new Uri(MailedCode.Origin).Host;
        browser.ForwardedFor = "203.0.113.9";
        return browser;
    }

    private static IEnumerable<string> SessionsOf(IEnumerable<Visit> answers) => answers
        .Where(IsSignedIn)
        .Select(answer => answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.Contains("mfa_session=", StringComparison.Ordinal)))
        .Distinct(StringComparer.Ordinal);

    private static bool IsSignedIn(Visit answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(cookie => cookie.Contains("mfa_session=", StringComparison.Ordinal));
}
