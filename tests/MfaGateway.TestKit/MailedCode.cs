using System.Text.RegularExpressions;
using MfaGateway.TestKit.Mail;

namespace MfaGateway.TestKit;

/// <summary>What a person takes out of a mail: the code, and the link as a path of the gateway.</summary>
public sealed partial record MailedCode(string Code, string? Link)
{
    public const string Origin = "https://apps.localhost";

    /// <summary>Of the next mail to somebody.</summary>
    public static async Task<MailedCode> NextAsync(GatewayUnderTest gateway, string to = "ada@example.org") =>
        Read(await gateway.Mail.NextAsync(to));

    public static MailedCode Read(ReceivedMail mail)
    {
        var link = LinkPattern().Match(mail.Text);
        var text = LinkPattern().Replace(mail.Text, string.Empty);
        return new(CodePattern().Match(text).Groups["code"].Value, link.Success ? link.Groups["path"].Value : null);
    }

    [GeneratedRegex("(?<![0-9])(?<code>[0-9]{6,8})(?![0-9])", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodePattern();

    [GeneratedRegex(@"https?://[^/\s]+(?<path>/_mfa/link\?token=[A-Za-z0-9_-]+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LinkPattern();
}
