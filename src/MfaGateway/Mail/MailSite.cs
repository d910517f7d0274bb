using MfaGateway.Configuration;
using MfaGateway.Core.Accounts;

namespace MfaGateway.Mail;

/// <summary>What mails say of the site they come from: of the configuration alone, never of a request.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Origin">Where links lead to; null where the configuration names none, and then mails have no links.</param>
/// <param name="AccountPage">The page of one's own account, as a link.</param>
/// <param name="Contact">Whom to turn to, as the operator wrote it.</param>
internal sealed record MailSite(string Name, Mailbox From, string? Origin, string? AccountPage, string? Contact)
{
    public static MailSite Of(GatewayOptions options)
    {
        var host = options.PublicOrigin is { } origin ? new Uri(origin).IdnHost : null;
        var name = options.SiteName ?? host ?? "this site";
        return new MailSite(
            name,
            new Mailbox(options.SiteName ?? string.Empty, SenderOf(options, host)),
            options.PublicOrigin,
            options.PublicOrigin is null ? null : $"{options.PublicOrigin}{options.PathPrefix}/account",
            options.Contact);
    }

    // An address of a machine (127.0.0.1) is no domain that mail comes from.
    private static EmailAddress SenderOf(GatewayOptions options, string? host) =>
        EmailAddress.TryParse(options.Mail.From, out var configured) ? configured
        : EmailAddress.TryParse($"no-reply@{host}", out var ofSite) ? ofSite
        : EmailAddress.TryParse("no-reply@localhost", out var local) ? local
        : throw new InvalidOperationException("localhost is a domain.");
}
