using MfaGateway.FunctionalTests.Attacks;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.MagicCodes;

/// <summary>Somebody who reads another person's mail, and so can prove the first factor as often as they like.</summary>
public sealed class MailboxThiefAttacks : MagicCodeTest
{
    [Theory]
    [InlineData("10", "100", 10)] // the quarter of an hour's budget
    [InlineData("100", "10", 10)] // the row's
    public async Task Proving_the_mail_again_in_the_middle_takes_no_guess_at_the_authenticator_back(string count, string inARow, int granted)
    {
        await using var gateway = await StartAsync(setup => setup
            .Route("vault", "/vault/{**path}", "fresh").With("MfaGateway:Policies:fresh:MaxAge", "00:01:00")
            .With("MfaGateway:Attempts:PerAccount:Count", count).With("MfaGateway:Attempts:PerAccount:InARow", inARow)
            .With("MfaGateway:Attempts:MailSends:PerHour", "1000").With("MfaGateway:Attempts:MailSends:PerDay", "1000"));
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();

        for (var flow = 0; flow < 4; flow++)
        {
            using var thief = gateway.NewBrowser();
            var asked = await GiveMailedAsync(gateway, thief, await AskAsync(thief, url: "/vault/door"));
            for (var guess = 0; guess < 4; guess++)
                await thief.SubmitAsync(asked, ("code", ada.WrongCode));

            gateway.Time.Advance(TimeSpan.FromSeconds(61));
            var again = await thief.OpenAsync("/_mfa/challenge/totp?returnUrl=%2Fvault%2Fdoor");
            Assert.StartsWith("/_mfa/challenge/code", again.Url, StringComparison.Ordinal);
            asked = await GiveMailedAsync(gateway, thief, await thief.FollowAsync(await SendAnotherAsync(thief, again)));
            Assert.StartsWith("/_mfa/challenge/totp", asked.Url, StringComparison.Ordinal);
            gateway.Time.Advance(TimeSpan.FromSeconds(61));
        }

        Assert.Equal(granted, await Trail.CountAsync(gateway, "Totp: wrong"));
        Assert.Equal(8, await Trail.CountAsync(gateway, "MagicCode"));
    }

    private static async Task<Visit> GiveMailedAsync(GatewayUnderTest gateway, Browser browser, Visit asked)
    {
        while (true)
        {
            var mail = await gateway.Mail.NextAsync("ada@example.org");
            if (!mail.Subject.StartsWith("Wrong codes", StringComparison.Ordinal) && MailedCode.Read(mail) is { Code.Length: > 0 } mailed)
                return await GiveAsync(browser, asked, mailed.Code);
        }
    }
}
