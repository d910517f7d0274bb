using System.Net;
using MfaGateway.Core.Accounts;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.Hardening;
using MfaGateway.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MfaGateway.FunctionalTests.Faults;

/// <summary>The link that makes the first administrator, as it is printed, and everyone who would like to use it.</summary>
public sealed class FirstRunTests
{
    [Fact]
    public async Task The_printed_link_makes_an_administrator_once_who_enrols_at_once_and_a_new_start_prints_none()
    {
        using var program = new GatewayProgram();
        await using var upstream = await RecordingUpstream.StartAsync();
        var ada = new Visitor("ada");
        Uri link;
        await using (var gateway = await GatewayProcess.StartAsync(program.Directory, upstream.Address, Visitor.LongSteps))
        {
            link = await gateway.ReadSetupLinkAsync();
            Assert.Equal(gateway.Address.Authority, link.Authority);
            using var browser = gateway.NewBrowser();
            using var second = gateway.NewBrowser();
            var late = await second.GetAsync(link.PathAndQuery);
            var setup = await browser.GetAsync(link.PathAndQuery);
            var offer = await browser.FollowAsync(await browser.SubmitAsync(
                setup, ("username", ada.UserName), ("email", "ada@example.org"), ("password", ada.Password)));
            Assert.StartsWith("/_mfa/enroll/totp", offer.Url, StringComparison.Ordinal);
            Assert.Equal("hello from upstream", (await ada.EnrolAsync(browser, offer)).Body);
            Assert.Equal("admins", upstream.Last.Headers["Remote-Groups"]);

            await AssertOverAsync(second, late);
            Assert.Null((await second.GetAsync(link.PathAndQuery)).Page.QuerySelector("form"));
            await gateway.StopAsync();
        }

        await using var again = await GatewayProcess.StartAsync(program.Directory, upstream.Address, Visitor.LongSteps);
        using var returning = again.NewBrowser();
        Assert.StartsWith("/_mfa/challenge/totp", (await ada.GivePasswordAsync(returning)).Url, StringComparison.Ordinal);
        await again.StopAsync();
        Assert.DoesNotContain("/setup", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_start_without_anybody_prints_a_new_link_and_a_store_made_by_a_command_none()
    {
        using var program = new GatewayProgram();
        await using var upstream = await RecordingUpstream.StartAsync();
        Uri first;
        await using (var gateway = await GatewayProcess.StartAsync(program.Directory, upstream.Address))
        {
            first = await gateway.ReadSetupLinkAsync();
            await gateway.KillAsync();
        }

        await using (var gateway = await GatewayProcess.StartAsync(program.Directory, upstream.Address))
        {
            var second = await gateway.ReadSetupLinkAsync();
            Assert.NotEqual(first.Query, second.Query);
            using var browser = gateway.NewBrowser();
            await AssertOverAsync(browser, await browser.GetAsync(first.PathAndQuery));
            await gateway.KillAsync();
        }

        await new Visitor("ada").AddedAsync(program);
        await using var last = await GatewayProcess.StartAsync(program.Directory, upstream.Address);
        using var stranger = last.NewBrowser();
        Assert.Null((await stranger.GetAsync(first.PathAndQuery)).Page.QuerySelector("form"));
        await last.StopAsync();
        Assert.DoesNotContain("/setup", last.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_sixteen_who_post_the_link_at_once_one_is_the_administrator()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var pages = new List<(Browser Browser, Visit Setup)>();
        var url = await UrlAsync(gateway);
        for (var number = 0; number < 16; number++)
        {
            var browser = gateway.NewBrowser();
            pages.Add((browser, await browser.GetAsync(url)));
        }

        var answers = await Task.WhenAll(pages.Select((page, number) => page.Browser.SubmitAsync(
            page.Setup, ("username", $"ada{number}"), ("email", $"ada{number}@example.org"), ("password", TestPerson.DefaultPassword))));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.SeeOther);
        Assert.Equal(15, answers.Count(answer => answer.Status == HttpStatusCode.BadRequest));
        Assert.Equal(1, await gateway.Get<AccountDirectory>().CountAsync(new AccountFilter(), gateway.Time.GetUtcNow(), TestContext.Current.CancellationToken));
        pages.ForEach(page => page.Browser.Dispose());
    }

    [Fact]
    public async Task The_link_is_over_after_an_hour()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();
        var setup = await browser.GetAsync(await UrlAsync(gateway));
        gateway.Time.Advance(TimeSpan.FromMinutes(60));

        await AssertOverAsync(browser, setup);
        Assert.False(await gateway.Get<AccountStore>().AnyAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?token=")]
    [InlineData("?token=guess")]
    public async Task Without_a_whole_link_there_is_no_form(string query)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = gateway.NewBrowser();

        Assert.Null((await browser.GetAsync("/_mfa/setup" + query)).Page.QuerySelector("form"));
    }

    [Theory]
    [InlineData("10.0.12", true)]
    [InlineData("10.0.13", false)]
    [InlineData("11.0.0", false)]
    public void A_runtime_with_a_known_hole_is_warned_of(string runtime, bool isWarned)
    {
        var lines = new List<string>();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(new Lines(lines)));

        factory.CreateLogger("start").WarnIfUnpatched(Version.Parse(runtime));

        Assert.Equal(isWarned ? [$"Warning: The .NET runtime {runtime} has a known hole (CVE-2026-70183); update it to 10.0.13 or later"] : [], lines);
    }

    [Fact]
    public async Task The_warning_is_written_at_the_start_of_the_program()
    {
        using var program = new GatewayProgram();
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(program.Directory, upstream.Address);
        await gateway.StopAsync();

        Assert.Equal(Environment.Version < new Version(10, 0, 13), gateway.Output.Contains("CVE-2026-70183", StringComparison.Ordinal));
    }

    private static async Task<string> UrlAsync(GatewayUnderTest gateway)
    {
        var token = await gateway.Get<AccountService>().OfferSetupAsync(TestContext.Current.CancellationToken);
        return $"/_mfa/setup?token={token!.Reveal()}";
    }

    private static async Task AssertOverAsync(Browser browser, Visit setup)
    {
        var (action, values) = setup.Form(("username", "eve"), ("email", "eve@example.org"), ("password", TestPerson.DefaultPassword));

        var answer = await browser.PostAsync(action, values);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("This link no longer works", answer.Text("error"), StringComparison.Ordinal);
    }

    private sealed class Lines(List<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
