using System.Text.RegularExpressions;
using MfaGateway.TestKit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>Links out of mails.</summary>
internal static partial class Links
{
    /// <summary>The path of the next link to a new password that is mailed to an address.</summary>
    public static async Task<string> NextAsync(GatewayUnderTest gateway, string to = "ada@example.org")
    {
        while (true)
        {
            var mail = await gateway.Mail.NextAsync(to);
            if (Pattern().Match(mail.Text) is { Success: true } link)
                return link.Groups["path"].Value;
        }
    }

    [GeneratedRegex(@"https?://[^/\s]+(?<path>/_mfa/reset-password/set\?token=[A-Za-z0-9_-]+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
