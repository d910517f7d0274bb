using System.Net;
using MfaGateway.FunctionalTests.Attacks;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>Guesses that are not counted, or are counted where they do no harm to the guesser.</summary>
public sealed class LimitAdvisories
{
    private const string Wrong = "the-Wrong-Teapot-17";
    private const string Guard = "src/MfaGateway.Core/Throttling/FactorGuard.cs";
    private const string Limits = "src/MfaGateway.Core/Throttling/AttemptLimits.cs";

    [Fact]
    [Advisory("CVE-2025-64102", "Zitadel", "Second factors and mailed codes are guessed without any limit", Guard)]
    [Advisory("CVE-2024-32868", "Zitadel", "Wrong passwords lock an account, wrong codes do not", Guard)]
    public async Task A_challenge_takes_five_codes()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var guesser = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(guesser);
        for (var guess = 0; guess < 5; guess++)
            await guesser.SubmitAsync(asked, ("code", ada.WrongCode));

        await guesser.SubmitAsync(asked, ("code", ada.CurrentCode));

        Assert.DoesNotContain("mfa_session", guesser.Cookies.Keys);
        using var owner = gateway.NewBrowser();
        Assert.Equal(HttpStatusCode.OK, (await ada.SignInAsync(owner)).Status);
    }

    [Fact]
    [Advisory("CVE-2026-35597", "Vikunja", "Wrong codes are counted in a transaction that is undone, so that the account is never closed", Guard)]
    [Advisory("CVE-2025-6015", "HashiCorp Vault", "A limit on codes is evaded by beginning the sign-in anew", Limits)]
    public async Task Wrong_codes_of_several_sign_ins_close_the_account_together()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        for (var flow = 0; flow < 5; flow++)
        {
            using var guesser = gateway.NewBrowser();
            var asked = await ada.GivePasswordAsync(guesser);
            for (var guess = 0; guess < 2; guess++)
                await guesser.SubmitAsync(asked, ("code", ada.WrongCode));
        }

        using var last = gateway.NewBrowser();
        Assert.Equal(HttpStatusCode.TooManyRequests, (await last.SubmitAsync(await ada.GivePasswordAsync(last), ("code", ada.CurrentCode))).Status);
        gateway.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.OK, (await ada.SignInAsync(last)).Status);
    }

    [Fact]
    [Advisory("CVE-2025-6004", "HashiCorp Vault", "Another spelling of the user name has a counter of its own", "src/MfaGateway.Core/Accounts/UserNames.cs")]
    public async Task Every_spelling_of_a_name_counts_in_one_place()
    {
        await using var gateway = await StartAsync("4");
        var ada = await gateway.AddPersonAsync();
        using var guesser = gateway.NewBrowser();
        var form = await guesser.OpenAsync("/");
        foreach (var spelling in new[] { "ada", "ADA", " Ada ", "\uFF41da" })
            await guesser.SubmitAsync(form, ("username", spelling), ("password", Wrong));

        Assert.Equal(HttpStatusCode.Unauthorized, (await guesser.SubmitAsync(form, ("username", "ada"), ("password", ada.Password))).Status);
        gateway.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.SeeOther, (await guesser.SubmitAsync(form, ("username", "Ada"), ("password", ada.Password))).Status);
    }

    [Fact]
    [Advisory("CVE-2025-24806", "Authelia", "Sign-ins by name and by e-mail address are counted apart, which doubles the guesses", "src/MfaGateway.Core/Challenges/ChallengeService.cs")]
    public async Task Guesses_by_name_and_by_address_count_in_one_place()
    {
        await using var gateway = await StartAsync("4");
        var ada = await gateway.AddPersonAsync();
        using var guesser = gateway.NewBrowser();
        var form = await guesser.OpenAsync("/");
        foreach (var name in new[] { "ada", "ada@example.org", "ada", "ADA@example.org" })
            await guesser.SubmitAsync(form, ("username", name), ("password", Wrong));

        foreach (var name in new[] { "ada", "ada@example.org" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await guesser.SubmitAsync(form, ("username", name), ("password", ada.Password))).Status);
        gateway.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.SeeOther, (await guesser.SubmitAsync(form, ("username", "ada@example.org"), ("password", ada.Password))).Status);
    }

    [Fact]
    [Advisory("CVE-2024-4629", "Keycloak", "Guesses that come at once are all compared before the first is counted", Guard)]
    [Advisory("CVE-2023-47111", "Zitadel", "A race between guesses leaves the lock-out behind", Guard)]
    [Advisory("CVE-2023-33170", "ASP.NET Core Identity", "The number of failed sign-ins is written late, so that more are tried than allowed", Guard)]
    public async Task Guesses_at_once_are_compared_as_often_as_the_limit_says()
    {
        await using var gateway = await StartAsync("5");
        await gateway.AddPersonAsync();
        using var guesser = gateway.NewBrowser();
        var form = await guesser.OpenAsync("/");
        var guessers = Enumerable.Range(0, 20).Select(_ => guesser.Clone()).ToList();

        await Task.WhenAll(guessers.Select(one => one.SubmitAsync(form, ("username", "ada"), ("password", Wrong))));

        Assert.Equal(5, await Trail.CountAsync(gateway, "Password: wrong"));
        guessers.ForEach(one => one.Dispose());
    }

    [Fact]
    [Advisory("CVE-2024-21662", "Argo CD", "A flood of other names drops the counter of the account that is guessed at", Limits)]
    public async Task A_flood_of_names_opens_no_account()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => Relax(setup, "3").With("MfaGateway:Attempts:UnknownNames", "64"));
        var ada = await gateway.AddPersonAsync();
        using var guesser = gateway.NewBrowser();
        var form = await guesser.OpenAsync("/");
        for (var guess = 0; guess < 3; guess++)
            await guesser.SubmitAsync(form, ("username", "ada"), ("password", Wrong));

        await Task.WhenAll(Enumerable.Range(0, 100).Select(number => guesser.SubmitAsync(form, ("username", $"flood{number}"), ("password", Wrong))));

        Assert.Equal(HttpStatusCode.Unauthorized, (await guesser.SubmitAsync(form, ("username", "ada"), ("password", ada.Password))).Status);
        gateway.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.SeeOther, (await guesser.SubmitAsync(form, ("username", "ada"), ("password", ada.Password))).Status);
    }

    [Fact]
    [Advisory("CVE-2024-21652", "Argo CD", "Counters are kept in memory, and a restart empties them", "src/MfaGateway.Core/Throttling/AttemptStore.cs")]
    public async Task A_restart_opens_no_account()
    {
        var data = Directory.CreateTempSubdirectory("mfagateway-test-");
        try
        {
            await using (var before = await GatewayUnderTest.StartAsync(setup => Relax(setup, "3").With("MfaGateway:DataDirectory", data.FullName)))
            {
                await before.AddPersonAsync();
                using var guesser = before.NewBrowser();
                var form = await guesser.OpenAsync("/");
                for (var guess = 0; guess < 3; guess++)
                    await guesser.SubmitAsync(form, ("username", "ada"), ("password", Wrong));
            }

            await using var gateway = await GatewayUnderTest.StartAsync(setup => Relax(setup, "3").With("MfaGateway:DataDirectory", data.FullName));
            using var browser = gateway.NewBrowser();
            var again = await browser.OpenAsync("/");
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.SubmitAsync(again, ("username", "ada"), ("password", TestPerson.DefaultPassword))).Status);
            gateway.Time.Advance(TimeSpan.FromMinutes(15));
            Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(again, ("username", "ada"), ("password", TestPerson.DefaultPassword))).Status);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Fact]
    [Advisory("CVE-2026-123521", "Vikunja", "The holder of a stolen session guesses the password where it is asked again, without a limit", "src/MfaGateway.Core/SelfService/OwnPassword.cs")]
    public async Task A_stolen_session_does_not_guess_the_password()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var thief = gateway.NewBrowser();
        await ada.SignInAsync(thief);
        thief.Cookies.Remove("mfa_browser");
        var form = await thief.GetAsync("/_mfa/account/password");
        for (var guess = 0; guess < 10; guess++)
            await thief.SubmitAsync(form, ("currentPassword", $"{Wrong}{guess}"), ("newPassword", "velvet tractor humming orbit"));

        var refused = await thief.SubmitAsync(form, ("currentPassword", ada.Password), ("newPassword", "velvet tractor humming orbit"));

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
    }

    private static Task<GatewayUnderTest> StartAsync(string passwords) => GatewayUnderTest.StartAsync(setup => Relax(setup, passwords));

    private static GatewaySetup Relax(GatewaySetup setup, string passwords) => setup
        .Route("app", "/{**path}", "one-factor")
        .With("MfaGateway:Attempts:Password:Count", passwords)
        .With("MfaGateway:Attempts:PerAddress:Count", "1000")
        .With("MfaGateway:Attempts:PerAddress:PerHour", "1000")
        .With("MfaGateway:Attempts:PerAddress:PerDay", "1000");
}
