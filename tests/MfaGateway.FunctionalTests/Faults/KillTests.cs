using System.Net;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Faults;

/// <summary>The program is killed right after an answer, and started again: what it had answered is still true.</summary>
public sealed class KillTests : IAsyncLifetime
{
    private readonly GatewayProgram _program = new();
    private RecordingUpstream _upstream = null!;

    public async ValueTask InitializeAsync() => _upstream = await RecordingUpstream.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _upstream.DisposeAsync();
        _program.Dispose();
    }

    [Fact]
    public async Task A_code_that_was_taken_stays_taken_and_session_and_phone_stay()
    {
        var ada = await new Visitor("ada").AddedAsync(_program);
        Dictionary<string, string> cookies;
        await using (var gateway = await StartAsync())
        {
            using var enrolling = gateway.NewBrowser();
            await ada.EnrolAsync(enrolling);
            using var browser = gateway.NewBrowser();
            var answered = await browser.SubmitAsync(await ada.GivePasswordAsync(browser), ("code", ada.CodeAt(0)));
            Assert.Equal(HttpStatusCode.SeeOther, answered.Status);
            cookies = new(browser.Cookies, StringComparer.Ordinal);
            await gateway.KillAsync();
        }

        await using var again = await StartAsync();
        using var returning = again.NewBrowser();
        foreach (var (name, value) in cookies)
            returning.Cookies[name] = value;
        Assert.Equal("hello from upstream", (await returning.GetAsync("/")).Body);

        using var thief = again.NewBrowser();
        var asked = await ada.GivePasswordAsync(thief);
        Assert.StartsWith("/_mfa/challenge/totp", asked.Url, StringComparison.Ordinal);
        var replayed = await thief.SubmitAsync(asked, ("code", ada.CodeAt(0)));
        Assert.Equal(HttpStatusCode.Unauthorized, replayed.Status);
        Assert.Equal("hello from upstream", (await thief.FollowAsync(await thief.SubmitAsync(replayed, ("code", ada.CodeAt(1))))).Body);
    }

    [Fact]
    public async Task Wrong_answers_of_before_still_count()
    {
        var ada = await new Visitor("ada").AddedAsync(_program);
        Dictionary<string, string> cookies;
        Visit asked;
        await using (var gateway = await StartAsync())
        {
            using var enrolling = gateway.NewBrowser();
            await ada.EnrolAsync(enrolling);
            using var browser = gateway.NewBrowser();
            asked = await ada.GivePasswordAsync(browser);
            for (var attempt = 1; attempt <= 4; attempt++)
                asked = await browser.SubmitAsync(asked, ("code", ada.WrongCode));
            Assert.Equal(HttpStatusCode.Unauthorized, asked.Status);
            cookies = new(browser.Cookies, StringComparer.Ordinal);
            await gateway.KillAsync();
        }

        await using var again = await StartAsync();
        using var returning = again.NewBrowser();
        foreach (var (name, value) in cookies)
            returning.Cookies[name] = value;
        await returning.SubmitAsync(asked, ("code", ada.WrongCode));

        // That was the fifth: the challenge is over, and the right code of no use to it.
        var late = await returning.FollowAsync(await returning.SubmitAsync(asked, ("code", ada.CodeAt(0))));
        Assert.StartsWith("/_mfa/sign-in", late.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_server_ends_within_seconds_naming_the_first_and_serves_once_that_is_killed()
    {
        await using var first = await StartAsync();

        var second = await _program.RunAsync("serve", "--urls=http://127.0.0.1:0").WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(1, second.ExitCode);
        var error = Assert.Single(second.Errors);
        Assert.Contains(_program.PathOf("data"), error, StringComparison.Ordinal);
        Assert.Contains($"process {first.Id}", error, StringComparison.Ordinal);
        await new Visitor("ada").AddedAsync(_program); // commands work beside it

        await first.KillAsync();
        await using var third = await StartAsync();
        using var browser = third.NewBrowser();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/_mfa/health/ready")).Status);
    }

    private Task<GatewayProcess> StartAsync() => GatewayProcess.StartAsync(_program.Directory, _upstream.Address, Visitor.LongSteps);
}
