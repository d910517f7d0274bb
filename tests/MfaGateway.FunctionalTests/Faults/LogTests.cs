using System.Buffers.Text;
using System.Net;
using System.Text.RegularExpressions;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Faults;

/// <summary>Everything that the program writes at the most talkative level, searched for what must never be written.</summary>
public sealed class LogTests : IDisposable
{
    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task No_secret_of_a_whole_journey_is_logged_at_any_level()
    {
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(
            _program.Directory,
            upstream.Address,
            Visitor.LongSteps,
            ("Logging:LogLevel:Default", "Trace"),
            ("Logging:LogLevel:Microsoft", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace"),
            ("Logging:Console:LogLevel:Default", "Trace"),
            ("Logging:Console:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace"),
            ("Logging:Console:FormatterOptions:IncludeScopes", "true"));
        using var browser = gateway.NewBrowser();
        var ada = new Visitor("ada");
        var link = await gateway.ReadSetupLinkAsync();

        // Whoever has the link makes the account, types something wrong first, and reaches the app with a phone.
        var setup = await browser.GetAsync(link.PathAndQuery);
        await browser.SubmitAsync(setup, ("username", "a/b"), ("email", "nobody"), ("password", ada.Password));
        var offer = await browser.FollowAsync(await browser.SubmitAsync(
            setup, ("username", ada.UserName), ("email", "ada@example.org"), ("password", ada.Password)));
        var atEnrolment = Values(browser);
        await ada.EnrolAsync(browser, offer);
        var atFirst = Values(browser);
        await browser.SubmitAsync(await browser.GetAsync("/_mfa/sign-out"));

        // Another time with a code, a wrong one before, a request token that does not fit, and a broken cookie.
        var asked = await ada.GivePasswordAsync(browser, "/reports?year=2025");
        var atChallenge = Values(browser);
        await browser.SubmitAsync(asked, ("code", ada.WrongCode));
        await browser.PostAsync("/_mfa/challenge/totp", [new("code", ada.CodeAt(0)), new("__RequestVerificationToken", "x")]);
        var app = await browser.FollowAsync(await browser.SubmitAsync(asked, ("code", ada.CodeAt(0))));
        Assert.Equal(HttpStatusCode.OK, app.Status);
        var atEnd = Values(browser);
        await SpendRecoveryCodeAsync(ada, gateway);

        // What no program would send: the server itself refuses it before anything else is asked.
        foreach (var malformed in new[] { $"GET {link.PathAndQuery} x HTTP/1.1\r\n", $"GET / HTTP/1.1\r\nCookie: mfa_session={atEnd[0]}\0\r\n" })
        {
            var answer = await RawHttp.SendAsync(
                IPEndPoint.Parse(gateway.Address.Authority), $"{malformed}Host: localhost\r\n\r\n", TestContext.Current.CancellationToken);
            Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        }

        Assert.Equal(0, await gateway.StopAsync());
        Assert.Contains("trce: ", gateway.Output, StringComparison.Ordinal);

        string[] secrets =
        [
            ada.Password, Uri.EscapeDataString(ada.Password),
            Base32.Encode(ada.SecretBytes), Convert.ToHexString(ada.SecretBytes),
            Convert.ToBase64String(ada.SecretBytes), Base64Url.EncodeToString(ada.SecretBytes),
            .. ada.RecoveryCodes, .. ada.RecoveryCodes.Select(code => code.Replace("-", "", StringComparison.Ordinal)),
            .. atEnrolment, .. atFirst, .. atChallenge, .. atEnd,
            asked.Page.QuerySelector("[name='__RequestVerificationToken']")!.GetAttribute("value")!,
            .. upstream.Requests.Select(request => request.Headers["X-Mfa-Assertion"]),
        ];
        Assert.All(secrets.Distinct(), secret => Assert.DoesNotContain(secret, gateway.Output, StringComparison.OrdinalIgnoreCase));
        Assert.All(ada.UsedCodes.Distinct(), code => Assert.DoesNotMatch($@"(?<!\d){code}(?!\d)", gateway.Output));
        Assert.Single(Regex.Matches(gateway.Output, Regex.Escape(link.Query["?token=".Length..]), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)));
    }

    private static async Task SpendRecoveryCodeAsync(Visitor ada, GatewayProcess gateway)
    {
        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser);
        var page = await browser.GetAsync("/_mfa/challenge/recovery-code");
        Assert.Equal("hello from upstream", (await browser.FollowAsync(await browser.SubmitAsync(page, ("code", ada.RecoveryCodes[0])))).Body);
    }

    private static List<string> Values(Browser browser) => [.. browser.Cookies.Values];
}
