using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MfaGateway.Configuration;
using MfaGateway.Storage;

namespace MfaGateway.Mail;

/// <summary>Which way out the configuration names.</summary>
internal static class MailTransports
{
    private static readonly IdnMapping Idn = new();

    public static IMailTransport Of(GatewayOptions options, DataDirectory directory, TimeProvider time, ILogger<SteadyTransport> logger) =>
        Direct(options, directory) is var way && options.Mail.Provider == MailProvider.Pickup ? way : new SteadyTransport(way, time, logger);

    /// <summary>The bare way out: one attempt, and its fault as it comes.</summary>
    public static IMailTransport Direct(GatewayOptions options, DataDirectory directory) => options.Mail.Provider switch
    {
        MailProvider.Smtp => new SmtpTransport(options.Mail.Smtp, ClientNameOf(options)),
        MailProvider.Sendmail => new SendmailTransport(options.Mail.Sendmail),
        _ => new PickupDirectory(directory.Mail),
    };

    // RFC 5321 4.1.3: a client without a name in the DNS gives its address as a literal.
    private static string ClientNameOf(GatewayOptions options)
    {
        var name = options.Mail.Smtp.ClientName ?? (options.PublicOrigin is { } origin ? new Uri(origin).IdnHost : "localhost");
        return IPAddress.TryParse(name, out var address)
            ? address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{address}]" : $"[{address}]"
            : Idn.GetAscii(name);
    }
}
