using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Guessing for hours, in the hope of locking somebody out.</summary>
public sealed class PatientGuessingAttacks
{
    private const string Wrong = "the-Wrong-Teapot-17";

    [Fact]
    public async Task A_stranger_with_a_thousand_wrong_passwords_does_not_delay_the_owner_on_the_known_browser()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:Attempts:PerAddress:Count", "100000")
            .With("MfaGateway:Attempts:PerAddress:PerHour", "100000")
            .With("MfaGateway:Attempts:PerAddress:PerDay", "100000")
            .Route("app", "/{**path}", "one-factor"));
        var ada = await gateway.AddPersonAsync();
        using var owner = gateway.NewBrowser();
        await ada.GivePasswordAsync(owner);
        await SignOutAsync(owner);

        using var stranger = gateway.NewBrowser();
        var form = await stranger.OpenAsync("/");
        for (var minute = 0; minute < 10; minute++)
        {
            for (var guess = 0; guess < 100; guess++)
                Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.SubmitAsync(form, ("username", Spell(guess)), ("password", Wrong))).Status);
            gateway.Time.Advance(TimeSpan.FromMinutes(16));
        }

        // Even the right password is nothing from a browser that nobody has signed in with, and looks like a wrong one.
        var refused = await stranger.SubmitAsync(form, ("username", "ada"), ("password", ada.Password));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);

        Assert.Equal(HttpStatusCode.OK, (await ada.GivePasswordAsync(owner)).Status);
        Assert.Equal(HttpStatusCode.OK, (await ada.GivePasswordAsync(gateway.NewBrowser())).Status); // the owner has opened it for others
    }

    private static string Spell(int number) => number % 2 == 0 ? "ADA" : "ada";

    private static async Task SignOutAsync(Browser browser)
    {
        var page = await browser.GetAsync("/_mfa/sign-out");
        await browser.SubmitAsync(page);
    }
}
