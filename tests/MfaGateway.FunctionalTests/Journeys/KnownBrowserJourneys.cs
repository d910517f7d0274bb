using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Journeys;

/// <summary>How long a browser stays known, as the person says it.</summary>
public sealed class KnownBrowserJourneys
{
    private const string NinetyDays = "max-age=7776000";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_tick_box_decides_whether_the_browser_stays_known_after_it_is_closed(bool isTicked)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);
        Assert.NotNull(asked.Page.QuerySelector("input[type=checkbox][name=rememberBrowser][checked]"));

        var done = await browser.SubmitAsync(asked, isTicked ? [("code", ada.CurrentCode), ("rememberBrowser", "true")] : [("code", ada.CurrentCode)]);

        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        Assert.Equal(isTicked, KnownBrowserLine(done)!.Contains(NinetyDays, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_password_that_is_asked_again_does_not_make_a_browser_known_for_longer_than_the_person_wanted()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);
        gateway.Time.Advance(TimeSpan.FromMinutes(9));
        var done = await browser.SubmitAsync(asked, ("code", ada.CurrentCode)); // without the tick
        gateway.Time.Advance(TimeSpan.FromMinutes(2));

        var again = await browser.OpenAsync("/_mfa/account/authenticators/add");
        Assert.StartsWith("/_mfa/challenge/password", again.Url, StringComparison.Ordinal);
        var answered = await browser.SubmitAsync(again, ("password", ada.Password));

        Assert.NotNull(KnownBrowserLine(done));
        Assert.Equal(HttpStatusCode.SeeOther, answered.Status);
        Assert.Null(KnownBrowserLine(answered));
    }

    private static string? KnownBrowserLine(Visit visit) =>
        visit.Headers.GetValues("Set-Cookie").SingleOrDefault(line => line.StartsWith("mfa_browser=", StringComparison.Ordinal));
}
