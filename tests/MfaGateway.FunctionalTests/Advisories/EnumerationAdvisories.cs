using System.Net;
using System.Text.RegularExpressions;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>Answers that tell who has an account.</summary>
public sealed partial class EnumerationAdvisories
{
    [Fact]
    [Advisory("CVE-2026-23511", "Zitadel", "The sign-in pages answer differently for names that exist and names that do not", "src/MfaGateway.Core/Challenges/ChallengeService.cs")]
    public async Task The_sign_in_page_says_the_same_of_every_name()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await (await gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        await (await gateway.AddPersonAsync("gone")).DisableAsync();
        var answers = new List<string>();
        foreach (var (name, password) in new[] { ("unknown", "the-Wrong-Teapot-17"), ("ada", "the-Wrong-Teapot-17"), ("gone", TestPerson.DefaultPassword) })
        {
            using var browser = gateway.NewBrowser();
            answers.Add(Describe(await browser.SubmitAsync(await browser.OpenAsync("/"), ("username", name), ("password", password)), name));
        }

        Assert.StartsWith("401", answers[0], StringComparison.Ordinal);
        Assert.Single(answers.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    [Advisory("CVE-2023-39522", "authentik", "Anyone who asks for a recovery learns whether the account exists", "src/MfaGateway.Core/Accounts/PasswordResets.cs")]
    [Advisory("CVE-2022-39307", "Grafana", "The answer to a forgotten password tells whether the user exists", "src/MfaGateway.Core/Accounts/PasswordResets.cs")]
    public async Task The_page_for_a_forgotten_password_says_the_same_of_every_address()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Https = true;
            setup.With("MfaGateway:PublicOrigin", MailedCode.Origin);
        });
        await gateway.AddPersonAsync("ada");
        await (await gateway.AddPersonAsync("gone")).DisableAsync();
        var answers = new List<string>();
        foreach (var name in new[] { "unknown", "ada", "gone" })
        {
            using var browser = gateway.NewBrowser();
            browser.Host = new Uri(MailedCode.Origin).Host;
            answers.Add(Describe(await browser.SubmitAsync(await browser.GetAsync("/_mfa/reset-password"), ("email", $"{name}@example.org")), name));
        }

        Assert.StartsWith("200", answers[0], StringComparison.Ordinal);
        Assert.Single(answers.Distinct(StringComparer.Ordinal));
        Assert.NotNull(await Links.NextAsync(gateway));
    }

    /// <summary>Everything that came back but the time, the request token and what was typed.</summary>
    private static string Describe(Visit visit, string typed)
    {
        var headers = visit.Headers.Concat(visit.ContentHeaders)
            .Where(header => header.Key is not ("Date" or "Content-Length" or "Set-Cookie"))
            .Select(header => $"{header.Key}: {string.Join(" | ", header.Value)}");
        return $"{(int)visit.Status} {visit.Location}\n{string.Join('\n', headers)}\n\n{Token().Replace(visit.Body, "token").Replace(typed, "typed", StringComparison.Ordinal)}";
    }

    [GeneratedRegex("CfDJ8[^\"]*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
