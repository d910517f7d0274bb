using System.Net;
using System.Text;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.FunctionalTests.Secrets;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.Faults;

/// <summary>
/// Everything that the real program writes at the most talkative level, to its outputs and its store, searched for what must
/// never be written. What each single journey logs is searched in <see cref="NoSecretIsWrittenTests"/>.
/// </summary>
public sealed class LogTests : IDisposable
{
    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task A_request_leaves_no_line_of_the_framework_unless_a_level_is_set()
    {
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(_program.Directory, upstream.Address, ("ReverseProxy:Routes:app:AuthorizationPolicy", "Anonymous"));
        using var browser = gateway.NewBrowser();

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/_mfa/sign-in")).Status);
        await gateway.StopAsync();

        Assert.Contains("info: Microsoft.Hosting.Lifetime", gateway.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("info: Microsoft.AspNetCore", gateway.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("info: Yarp", gateway.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("simple")]
    [InlineData("json")]
    public async Task No_secret_of_a_whole_journey_is_written_at_any_level(string format)
    {
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(
            _program.Directory,
            upstream.Address,
            Visitor.LongSteps,
            ("MfaGateway:Totp:Digits", "8"), // six stand between others by chance
            ("Logging:LogLevel:Default", "Trace"),
            ("Logging:LogLevel:Microsoft", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace"),
            ("Logging:LogLevel:Yarp", "Trace"),
            ("Logging:Console:FormatterName", format),
            ("Logging:Console:LogLevel:Default", "Trace"),
            ("Logging:Console:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace"),
            ("Logging:Console:FormatterOptions:IncludeScopes", "true"));
        var watch = gateway.Watch = new SecretWatch();
        var link = await gateway.ReadSetupLinkAsync();
        var ada = new Visitor("ada", digits: 8);
        await WalkAsync(gateway, ada, link);
        await SpendRecoveryCodeAsync(ada, gateway);
        await SendMalformedAsync(gateway, link);
        var audit = await _program.RunAsync("audit", "tail", "--count", "1000", "--json");
        Assert.Equal(0, await gateway.StopAsync());

        foreach (var request in upstream.Requests)
            watch.Add("assertion", request.Headers["X-Mfa-Assertion"]);
        watch.Add("totp secret", Base32.Encode(ada.SecretBytes));
        AssertWatched(watch);
        Assert.Contains(format == "json" ? "\"LogLevel\":\"Trace\"" : "trce: ", gateway.Output, StringComparison.Ordinal);

        // The one line that is meant to be read: whoever starts the program makes the first account with it.
        var printed = gateway.Output.Split('\n').Single(line => line.Contains(link.Query, StringComparison.Ordinal));
        Assert.StartsWith("First run: ", printed, StringComparison.Ordinal);
        AssertNone(watch, gateway.Output.Replace(printed, string.Empty, StringComparison.Ordinal));
        AssertNone(watch, audit.Output);
        Assert.Contains("session.started", audit.Output, StringComparison.Ordinal);
        foreach (var file in StoreFiles.In(_program.PathOf("data")))
            AssertNone(watch, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)), butCodes: true);
    }

    [Theory]
    [InlineData("simple")]
    [InlineData("json")]
    public async Task No_secret_in_a_path_is_written_at_any_level(string format)
    {
        const string secret = "b25lLXRpbWUtdG9rZW4taW4tYS1wYXRo";
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(
            _program.Directory,
            upstream.Address,
            ("ReverseProxy:Routes:app:AuthorizationPolicy", "one-factor"),
            ("ReverseProxy:Routes:open:ClusterId", "app"),
            ("ReverseProxy:Routes:open:Match:Path", "/open/{**path}"),
            ("ReverseProxy:Routes:open:Match:Methods:0", "GET"),
            ("ReverseProxy:Routes:open:AuthorizationPolicy", "anonymous"),
            ("Logging:LogLevel:Default", "Trace"),
            ("Logging:LogLevel:Microsoft", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore.Routing", "Trace"),
            ("Logging:LogLevel:Yarp", "Trace"),
            ("Logging:Console:FormatterName", format),
            ("Logging:Console:LogLevel:Default", "Trace"),
            ("Logging:Console:LogLevel:Microsoft.AspNetCore.Routing.Matching.DfaMatcher", "Trace"));
        var ada = await new Visitor("ada").AddedAsync(_program);
        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser, $"/share/{secret}");
        using var stranger = gateway.NewBrowser();
        foreach (var (who, path) in (from path in (string[])[$"/share/{secret}", $"/open/{secret}", $"/open//%2e/{secret}", $"/_mfa/{secret}", $"/_mfa/assets/{secret}", $"/open/{secret}%00"]
                                     from one in (Browser[])[browser, stranger]
                                     select (one, path)))
        {
            await who.GetAsync(path);
            await who.PostAsync(path, [new("a", "b")]);
        }

        Assert.Equal(0, await gateway.StopAsync());

        Assert.Contains(upstream.Requests, request => request.RawTarget == $"/share/{secret}");
        Assert.Contains(upstream.Requests, request => request.RawTarget == $"/open/{secret}");
        Assert.Contains(format == "json" ? "\"LogLevel\":\"Trace\"" : "trce: ", gateway.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, gateway.Output, StringComparison.Ordinal);
    }

    private static async Task WalkAsync(GatewayProcess gateway, Visitor ada, Uri link)
    {
        using var browser = gateway.NewBrowser();

        // Whoever has the link makes the account, types something wrong first, and reaches the app with a phone.
        var setup = await browser.GetAsync(link.PathAndQuery);
        await browser.SubmitAsync(setup, ("username", "a/b"), ("email", "nobody"), ("password", ada.Password));
        var offer = await browser.FollowAsync(await browser.SubmitAsync(
            setup, ("username", ada.UserName), ("email", "ada@example.org"), ("password", ada.Password)));
        await ada.EnrolAsync(browser, offer);
        await browser.SubmitAsync(await browser.GetAsync("/_mfa/sign-out"));

        // Another time with a code, a wrong one before, a request token that does not fit, and a broken cookie.
        var asked = await ada.GivePasswordAsync(browser, "/reports?year=2025");
        await browser.SubmitAsync(asked, ("code", ada.WrongCode));
        await browser.PostAsync("/_mfa/challenge/totp", [new("code", ada.CodeAt(0)), new("__RequestVerificationToken", "x")]);
        var app = await browser.FollowAsync(await browser.SubmitAsync(asked, ("code", ada.CodeAt(0))));
        Assert.Equal(HttpStatusCode.OK, app.Status);
        await browser.GetAsync("/reset?token=b25lLXRpbWUtdG9rZW4tb2YtdGhlLWFwcA");
    }

    private static async Task SpendRecoveryCodeAsync(Visitor ada, GatewayProcess gateway)
    {
        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser);
        var page = await browser.GetAsync("/_mfa/challenge/recovery-code");
        Assert.Equal("hello from upstream", (await browser.FollowAsync(await browser.SubmitAsync(page, ("code", ada.RecoveryCodes[0])))).Body);
    }

    /// <summary>What no program would send: the server itself refuses it before anything else is asked.</summary>
    private static async Task SendMalformedAsync(GatewayProcess gateway, Uri link)
    {
        var cookie = gateway.Watch!.All.First(secret => secret.Kind == "cookie mfa_session").Value;
        foreach (var malformed in new[] { $"GET {link.PathAndQuery} x HTTP/1.1\r\n", $"GET / HTTP/1.1\r\nCookie: mfa_session={cookie}\0\r\n" })
        {
            var answer = await RawHttp.SendAsync(
                IPEndPoint.Parse(gateway.Address.Authority), $"{malformed}Host: localhost\r\n\r\n", TestContext.Current.CancellationToken);
            Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        }
    }

    // A watch that saw nothing would find nothing.
    private static void AssertWatched(SecretWatch watch)
    {
        var kinds = watch.All.Select(secret => secret.Kind).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(
            new HashSet<string>(
                [
                    "field password", "field code", "field __RequestVerificationToken", "hidden field", "cookie mfa_session", "recovery code",
                    "totp secret", "token of a link", "assertion",
                ],
                StringComparer.Ordinal),
            kinds);
    }

    /// <param name="butCodes">In a database's bytes any few digits stand by chance.</param>
    private static void AssertNone(SecretWatch watch, string written, bool butCodes = false)
    {
        var found = SecretSearch.Find(watch.All.Where(secret => !butCodes || secret.Kind != "field code" || secret.Value.Length > 8), written);
        Assert.True(found.Count == 0, string.Join("\n\n", found.Take(5)));
    }
}
