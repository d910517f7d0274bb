using System.Net;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Sessions;
using MfaGateway.FunctionalTests.Verifiers;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Journeys;

/// <summary>What an operator sets of factors and sessions, felt by people.</summary>
public sealed class FactorSettingJourneys
{
    [Theory]
    [InlineData("SHA1", "6", "30")]
    [InlineData("SHA256", "8", "60")]
    [InlineData("SHA512", "8", "30")]
    public async Task An_authenticator_that_nobody_here_wrote_enrols_and_signs_in(string algorithm, string digits, string period)
    {
        var oathtool = ExternalProgram.Require("Debian package oathtool", "/usr/bin/oathtool");
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:Totp:Algorithm", algorithm).With("MfaGateway:Totp:Digits", digits).With("MfaGateway:Totp:PeriodSeconds", period));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();

        var enrol = await ada.GivePasswordAsync(browser);
        var secret = enrol.Text("totp-secret")!;
        var link = enrol.Page.GetElementById("totp-uri")!.GetAttribute("href")!;
        Assert.Contains($"digits={digits}", link, StringComparison.Ordinal);
        var codes = await browser.FollowAsync(await browser.SubmitAsync(enrol, ("code", await ShowAsync())));
        await browser.SubmitAsync(codes, ("saved", "true"));

        gateway.Time.Advance(TimeSpan.FromMinutes(2));
        using var later = gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(later);
        Assert.Equal("/", (await later.SubmitAsync(asked, ("code", await ShowAsync()))).Location);

        async Task<string> ShowAsync()
        {
            var now = gateway.Time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", System.Globalization.CultureInfo.InvariantCulture);
            var shown = await ExternalProgram.RunAsync(
                oathtool,
                [$"--totp={algorithm.ToLowerInvariant()}", $"--digits={digits}", $"--time-step-size={period}s", $"--now={now}", "--base32", secret.Replace(" ", "", StringComparison.Ordinal)],
                input: string.Empty);
            return shown.Output.Trim();
        }
    }

    [Fact]
    public async Task A_phone_enrolled_before_the_settings_changed_goes_on_working()
    {
        var data = Directory.CreateTempSubdirectory("mfagateway-test-").FullName;
        try
        {
            byte[] secret;
            await using (var before = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:DataDirectory", data)))
            {
                var ada = await (await before.AddPersonAsync()).WithAuthenticatorAsync();
                secret = ada.Secret!.AsSpan().ToArray();
            }

            await using var after = await GatewayUnderTest.StartAsync(setup => setup
                .With("MfaGateway:DataDirectory", data).With("MfaGateway:Totp:Algorithm", "SHA512").With("MfaGateway:Totp:Digits", "8"));
            var same = new TestPerson(after, "ada") { Secret = Core.Factors.Totp.TotpSecret.FromBytes(secret) };
            using var browser = after.NewBrowser();
            Assert.Equal("hello from upstream", (await same.SignInAsync(browser)).Body);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_password_is_hashed_anew_at_its_next_use_when_the_setting_rises()
    {
        var data = Directory.CreateTempSubdirectory("mfagateway-test-").FullName;
        try
        {
            string id, weak;
            await using (var before = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:DataDirectory", data)))
            {
                id = (await before.AddPersonAsync()).AccountId;
                weak = (await before.Get<PasswordStore>().FindHashAsync(id, CancellationToken.None))!;
            }

            await using var after = await GatewayUnderTest.StartAsync(setup => setup
                .With("MfaGateway:DataDirectory", data).With("MfaGateway:Passwords:Passes", "3"));
            var ada = new TestPerson(after, "ada");
            using var browser = after.NewBrowser();
            await ada.GivePasswordAsync(browser);
            var strong = await after.Get<PasswordStore>().FindHashAsync(id, CancellationToken.None);
            await ada.GivePasswordAsync(browser);

            Assert.NotEqual(weak, strong);
            Assert.Equal(strong, await after.Get<PasswordStore>().FindHashAsync(id, CancellationToken.None));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_flood_of_passwords_is_told_to_come_back_and_lets_the_apps_go_on()
    {
        // As from so many networks that no limit of guesses closes: what is left is the work itself.
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("rest", "/{**path}", null).Route("public", "/pub/{**path}", "Anonymous")
            .With("MfaGateway:Attempts:PerAddress:Count", "1000").With("MfaGateway:Attempts:PerAddress:PerHour", "1000")
            .With("MfaGateway:Attempts:PerAddress:PerDay", "1000")
            .With("MfaGateway:Attempts:Password:Count", "1000").With("MfaGateway:Attempts:Password:InARow", "1000"));
        var ada = await gateway.AddPersonAsync();
        using var browser = gateway.NewBrowser();
        var (action, values) = (await browser.OpenAsync("/")).Form(("username", ada.UserName), ("password", "wrong"));

        var flood = Task.WhenAll(Enumerable.Range(0, 300).Select(_ => browser.PostAsync(action, values)));
        using var visitor = gateway.NewBrowser();
        Assert.Equal("hello from upstream", (await visitor.GetAsync("/pub/")).Body);
        var answers = await flood;

        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.ServiceUnavailable, answer.Status.ToString()));
        var busy = answers.First(answer => answer.Status == HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(busy.Header("Retry-After"));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(await browser.OpenAsync("/"), ("username", ada.UserName), ("password", ada.Password))).Status);
    }

    [Fact]
    public async Task Last_seen_is_written_at_most_once_a_minute()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var browser = gateway.NewBrowser();
        await ada.SignInAsync(browser);
        var started = await LastSeenAsync();

        gateway.Time.Advance(TimeSpan.FromSeconds(59));
        await browser.GetAsync("/");
        Assert.Equal(started, await LastSeenAsync());

        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        await browser.GetAsync("/");
        Assert.Equal(gateway.Time.GetUtcNow(), await LastSeenAsync());

        async Task<DateTimeOffset> LastSeenAsync() =>
            Assert.Single(await gateway.Get<SessionStore>().ListAsync(ada.AccountId, CancellationToken.None)).LastSeenAt;
    }
}
