using MfaGateway.Configuration;
using MfaGateway.Storage;

namespace MfaGateway.Mail;

/// <summary>Which way out the configuration names.</summary>
internal static class MailTransports
{
    public static IMailTransport Of(MailOptions options, DataDirectory directory, TimeProvider time, ILogger<SteadyTransport> logger) =>
        Direct(options, directory) is var way && options.Provider == MailProvider.Pickup ? way : new SteadyTransport(way, time, logger);

    /// <summary>The bare way out: one attempt, and its fault as it comes.</summary>
    public static IMailTransport Direct(MailOptions options, DataDirectory directory) => options.Provider switch
    {
        MailProvider.Smtp => new SmtpTransport(options.Smtp),
        MailProvider.Sendmail => new SendmailTransport(options.Sendmail),
        _ => new PickupDirectory(directory.Mail),
    };
}
