using System.Globalization;
using MfaGateway.Configuration;
using MfaGateway.Core.Sessions;
using MfaGateway.FunctionalTests.Verifiers;
using Xunit;

namespace MfaGateway.FunctionalTests.Documents;

/// <summary>Holds the operator's page about limits against the options.</summary>
public sealed class LimitsDocumentTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "limits.md"));

    [Fact]
    public void The_page_names_every_limit_that_can_be_set()
    {
        var keys = SettingKeys.All.Where(key => key.StartsWith("Attempts:", StringComparison.Ordinal)).Select(key => key["Attempts:".Length..]).ToList();

        Assert.NotEmpty(keys);
        Assert.Equal([], keys.Where(key => !Page.Contains($"`{key}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_table_says_the_defaults_that_the_program_has()
    {
        var options = new Core.Throttling.AttemptOptions();
        (string Key, object Value)[] defaults =
        [
            ("Password:Count", options.Password.Count), ("Password:Window", options.Password.Window), ("Password:InARow", options.Password.InARow),
            ("InARowWindow", options.InARowWindow), ("KnownBrowser:Count", options.KnownBrowser.Count), ("KnownBrowser:Window", options.KnownBrowser.Window),
            ("PerAddress:Count", options.PerAddress.Count), ("PerAddress:Window", options.PerAddress.Window), ("PerAddress:PerHour", options.PerAddress.PerHour),
            ("PerAddress:PerDay", options.PerAddress.PerDay), ("PerChallenge", options.PerChallenge), ("PerAccount:Count", options.PerAccount.Count),
            ("PerAccount:Window", options.PerAccount.Window), ("PerAccount:LongestCoolDown", options.PerAccount.LongestCoolDown),
            ("PerAccount:InARow", options.PerAccount.InARow), ("PerEnrollment", options.PerEnrollment),
            ("MailSends:Gap", options.MailSends.Gap), ("MailSends:PerHour", options.MailSends.PerHour), ("MailSends:PerDay", options.MailSends.PerDay),
            ("MailSends:PerAddressPerHour", options.MailSends.PerAddressPerHour), ("MailSends:RequestsPerHour", options.MailSends.RequestsPerHour),
        ];

        Assert.Equal([], defaults
            .Select(one => string.Create(CultureInfo.InvariantCulture, $"`{one.Key}` {one.Value}"))
            .Where(said => !Page.Contains(said, StringComparison.Ordinal)));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{options.UnknownNames}"), Page, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{KnownBrowsers.MostPerAccount} browsers at most"), Page, StringComparison.Ordinal);
    }
}
