using System.Net;
using MfaGateway.FunctionalTests.Attacks;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.FunctionalTests.Verifiers;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Mail;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.MagicCodes;

/// <summary>
/// The program is killed between "asked", "sent" and "used", and started again on its store: what was sent is good once, what was
/// used is not good again, and what was not sent yet is sent while it is of use.
/// </summary>
public sealed class MailedCodeKillTests : MagicCodeTest, IAsyncLifetime
{
    private const int Posts = 20;

    private readonly GatewayProgram _program = new();
    private RecordingUpstream _upstream = null!;
    private PostgreSqlStoreFixture? _database;
    private MailDrop _drop = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await RecordingUpstream.StartAsync();
        _drop = new MailDrop(_program.PathOf("data/mail"));
    }

    public async ValueTask DisposeAsync()
    {
        await _upstream.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
        _program.Dispose();
    }

    [Fact]
    public async Task A_code_that_was_sent_before_is_good_once_after()
    {
        var waiting = await AskAndKillAsync();

        await using var again = await StartAsync();
        using var browser = waiting.Browser.CloneTo(again.Address);
        using var thief = browser.Clone();

        Assert.Equal(Greeting, (await GiveAsync(browser, waiting.Asked, waiting.Mail.Code)).Body);
        await AssertSpentAsync(thief, waiting, browser);
        Assert.Single(_drop.All());
    }

    [Fact]
    public async Task A_link_that_was_sent_before_is_good_once_after_in_the_browser_that_asked()
    {
        var waiting = await AskAndKillAsync();

        await using var again = await StartAsync();
        using var browser = waiting.Browser.CloneTo(again.Address);
        using var thief = browser.Clone();
        var page = await browser.GetAsync(waiting.Mail.Link!);
        Assert.Equal(Greeting, (await browser.FollowAsync(await browser.SubmitAsync(page))).Body);

        Assert.NotNull((await thief.GetAsync(waiting.Mail.Link!)).Text("error"));
        await AssertSpentAsync(thief, waiting);
    }

    [Fact]
    public async Task A_link_that_is_confirmed_elsewhere_lets_the_waiting_browser_in_over_two_kills()
    {
        var waiting = await AskAndKillAsync();
        string number;
        await using (var second = await StartAsync())
        {
            using var here = waiting.Browser.CloneTo(second.Address);
            number = (await here.GetAsync("/_mfa/challenge/code/wait?returnUrl=%2Fwiki%2Fpage")).Text("match-number")!;
            using var phone = NewBrowser(second, "198.51.100.7");
            var page = await phone.GetAsync(waiting.Mail.Link!);
            Assert.NotNull((await phone.SubmitAsync(page, ("number", number))).Text("approved"));
            await second.KillAsync();
        }

        await using var third = await StartAsync();
        using var browser = waiting.Browser.CloneTo(third.Address);
        using var thief = browser.Clone();
        var ready = await browser.GetAsync("/_mfa/challenge/code/wait?returnUrl=%2Fwiki%2Fpage");
        var (action, values) = ready.Form();
        Assert.Equal(Greeting, (await browser.FollowAsync(await browser.PostAsync(action, values))).Body);

        await thief.PostAsync(action, values);
        await AssertSpentAsync(thief, waiting, browser);
    }

    [Fact]
    public async Task A_code_that_was_answered_before_is_not_good_again_and_whoever_was_let_in_is_in()
    {
        Waiting waiting;
        Browser browser;
        await using (var gateway = await StartAsync())
        {
            waiting = await AskAsync(gateway);
            browser = waiting.Browser.Clone();
            var answered = await browser.SubmitAsync(waiting.Asked, ("code", waiting.Mail.Code));
            Assert.Equal(HttpStatusCode.SeeOther, answered.Status);
            await gateway.KillAsync();
        }

        await using var again = await StartAsync();
        using var returning = browser.CloneTo(again.Address);
        Assert.Equal(Greeting, (await returning.GetAsync("/wiki/page")).Body);
        using var thief = waiting.Browser.CloneTo(again.Address);
        await AssertSpentAsync(thief, waiting);
        browser.Dispose();
    }

    [Theory]
    [InlineData(NodesOn.Sqlite, 1)]
    [InlineData(NodesOn.Sqlite, Posts)]
    [InlineData(NodesOn.PostgreSql, 3)]
    [InlineData(NodesOn.PostgreSql, Posts)]
    public async Task Of_many_answers_in_flight_and_one_after_the_kill_one_is_let_in_at_most(NodesOn where, int killedAfter)
    {
        if (where == NodesOn.PostgreSql)
            _database = await PostgreSqlStoreFixture.AddAsync();
        Waiting waiting;
        List<Browser> passed;
        await using (var gateway = await StartAsync())
        {
            waiting = await AskAsync(gateway);
            passed = await PostAndKillAsync(gateway, waiting, killedAfter);
        }

        await using var again = await StartAsync();
        foreach (var browser in passed)
        {
            using var returning = browser.CloneTo(again.Address);
            Assert.Equal(Greeting, (await returning.GetAsync("/wiki/page")).Body);
        }

        using var thief = waiting.Browser.CloneTo(again.Address);
        var late = await thief.SubmitAsync(waiting.Asked, ("code", waiting.Mail.Code));
        // The same answer of the same browser, sent several times at once, leads to one session.
        var sessions = passed.Append(thief).Where(IsIn).Select(SessionOf).Distinct(StringComparer.Ordinal).ToList();
        Assert.InRange(sessions.Count, 0, 1);
        Assert.True((int)late.Status < 500, late.Body);
        if (killedAfter == Posts)
            Assert.Single(sessions);
    }

    [Fact]
    public async Task What_was_not_sent_before_is_sent_after_once_and_its_code_is_good_once()
    {
        var waiting = await AskWithoutMailAndKillAsync();

        await using var again = await StartAsync();
        using var browser = waiting.Browser.CloneTo(again.Address);
        using var thief = browser.Clone();
        waiting = waiting with { Mail = MailedCode.Read(await _drop.NextAsync("ada@example.org")) };
        Assert.Equal(Greeting, (await GiveAsync(browser, waiting.Asked, waiting.Mail.Code)).Body);

        await AssertSpentAsync(thief, waiting, browser);
        Assert.Single(_drop.All());
    }

    [Fact]
    public async Task What_was_not_sent_in_time_is_never_sent()
    {
        var clock = Clock.Require();
        var waiting = await AskWithoutMailAndKillAsync();

        await using var again = await StartAsync(clock.Ahead("+11m"));
        await Eventually.IsAsync(() => Task.FromResult(again.Output.Contains("1 mails were dropped", StringComparison.Ordinal)));

        Assert.Empty(_drop.All());
        using var browser = waiting.Browser.CloneTo(again.Address);
        Assert.Contains("/_mfa/sign-in", (await browser.OpenAsync(waiting.Asked.Url)).Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_that_left_before_the_program_could_say_so_leaves_again_with_the_same_code_that_is_good_once()
    {
        var clock = Clock.Require();
        var sent = _program.PathOf("sent");
        _program.WriteScript("sendmail", $"""
            mkdir -p {sent}
            sed 's/$/\r/' >{sent}/.$$ && mv {sent}/.$$ {sent}/$$.eml
            while [ ! -e {_program.PathOf("answer")} ] && kill -0 $PPID; do sleep 0.05; done
            """);
        (string, string)[] settings = [("MfaGateway:Mail:Provider", "Sendmail"), ("MfaGateway:Mail:Sendmail:Path", _program.PathOf("sendmail"))];
        var drop = new MailDrop(sent);
        Waiting waiting;
        await using (var gateway = await StartAsync([], settings))
        {
            waiting = await AskAsync(gateway, drop);
            await gateway.KillAsync();
        }

        _program.Write("answer", "yes");
        await using var again = await StartAsync(clock.Ahead("+3m"), settings);
        var second = MailedCode.Read(await drop.NextAsync("ada@example.org"));

        Assert.Equal(waiting.Mail, second);
        using var browser = waiting.Browser.CloneTo(again.Address);
        using var thief = browser.Clone();
        Assert.Equal(Greeting, (await GiveAsync(browser, waiting.Asked, second.Code)).Body);
        await AssertSpentAsync(thief, waiting, browser);
    }

    private static bool IsIn(Browser browser) => browser.Cookies.Keys.Any(name => name.EndsWith("mfa_session", StringComparison.Ordinal));

    /// <summary>Neither the code nor its link gets a copy of the waiting browser in, unless by the session of <paramref name="owner"/>: the same answer twice.</summary>
    private static async Task AssertSpentAsync(Browser thief, Waiting waiting, Browser? owner = null)
    {
        await thief.SubmitAsync(waiting.Asked, ("code", waiting.Mail.Code));
        await thief.PostAsync(waiting.Mail.Link!, waiting.Asked.Form(("code", string.Empty)).Values.Where(field => field.Key == "__RequestVerificationToken"));
        Assert.True(!IsIn(thief) || (owner is not null && SessionOf(thief) == SessionOf(owner)));
    }

    private static string SessionOf(Browser browser) => browser.Cookies.Single(cookie => cookie.Key.EndsWith("mfa_session", StringComparison.Ordinal)).Value;

    /// <summary>Many answers at once, and the end of the program as soon as some of them were answered.</summary>
    /// <returns>Those who were told that they are in.</returns>
    private static async Task<List<Browser>> PostAndKillAsync(GatewayProcess gateway, Waiting waiting, int killedAfter)
    {
        var racers = Enumerable.Range(0, Posts).Select(_ => waiting.Browser.Clone()).ToList();
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answered = 0;
        var posts = racers.Select(PostAsync).ToList();
        await enough.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken); // else too few were answered at all
        await gateway.KillAsync();
        await Task.WhenAll(posts);
        return [.. racers.Where(IsIn)];

        async Task PostAsync(Browser racer)
        {
            try
            {
                await racer.SubmitAsync(waiting.Asked, ("code", waiting.Mail.Code));
                if (Interlocked.Increment(ref answered) == killedAfter)
                    enough.SetResult();
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException)
            {
                // It was killed before it answered, or in the middle of the answer.
            }
        }
    }

    private async Task<Waiting> AskAndKillAsync()
    {
        await using var gateway = await StartAsync();
        var waiting = await AskAsync(gateway);
        await gateway.KillAsync();
        return waiting;
    }

    /// <summary>The first attempt to deliver has failed when the program is killed; then nothing is in the way any more.</summary>
    private async Task<Waiting> AskWithoutMailAndKillAsync()
    {
        await using var gateway = await StartAsync();
        await File.WriteAllTextAsync(_drop.Path, "in the way", TestContext.Current.CancellationToken);
        var browser = NewBrowser(gateway);
        var asked = await AskAsync(browser);
        await Eventually.IsAsync(() => Task.FromResult(gateway.Output.Contains("could not be delivered", StringComparison.Ordinal)));
        await gateway.KillAsync();
        File.Delete(_drop.Path);
        return new Waiting(browser, asked, new MailedCode(string.Empty, null));
    }

    private async Task<Waiting> AskAsync(GatewayProcess gateway, MailDrop? drop = null)
    {
        var browser = NewBrowser(gateway);
        var asked = await AskAsync(browser);
        return new Waiting(browser, asked, MailedCode.Read(await (drop ?? _drop).NextAsync("ada@example.org")));
    }

    private static Browser NewBrowser(GatewayProcess gateway, string address = "203.0.113.9")
    {
        var browser = gateway.NewBrowser();
        browser.Host = new Uri(MailedCode.Origin).Host;
        browser.ForwardedFor = address;
        return browser;
    }

    private async Task<GatewayProcess> StartAsync((string Name, string Value)[]? environment = null, (string Key, string Value)[]? settings = null)
    {
        (string Key, string Value)[] store = _database is null
            ? []
            : [("MfaGateway:Store:Provider", "Postgres"), ("MfaGateway:Store:ConnectionString", _database.ConnectionString)];
        if (!File.Exists(_program.PathOf("added")))
        {
            var added = await _program.RunAsync(
                TestPerson.DefaultPassword,
                ["users", "add", "ada", "--email", "ada@example.org", "--password-stdin", .. store.Select(setting => $"--{setting.Key}={setting.Value}")]);
            Assert.True(added.ExitCode == 0, string.Join('\n', added.Errors));
            _program.Write("added", "ada");
        }

        return await GatewayProcess.StartAsync(
            _program.Directory, _upstream.Address, environment ?? [],
            [
                ("ReverseProxy:Routes:app:AuthorizationPolicy", "one-factor"),
                ("MfaGateway:MagicCode:Enabled", "true"),
                ("MfaGateway:PublicOrigin", MailedCode.Origin),
                ("MfaGateway:TrustedProxies:0", "127.0.0.0/8"),
                .. store,
                .. settings ?? [],
            ]);
    }

    /// <param name="Browser">As it was when it began to wait.</param>
    private sealed record Waiting(Browser Browser, Visit Asked, MailedCode Mail);

    /// <summary>A library that shows a process another time than the machine's.</summary>
    private sealed record Clock(string Library)
    {
        public static Clock Require() => new(ExternalProgram.Require(
            "Debian package libfaketime",
            "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"));

        // Waits go by the other clock, which stays as it is.
        public (string Name, string Value)[] Ahead(string offset) =>
            [("LD_PRELOAD", Library), ("FAKETIME", offset), ("FAKETIME_DONT_FAKE_MONOTONIC", "1"), ("DONT_FAKE_MONOTONIC", "1")];
    }
}
