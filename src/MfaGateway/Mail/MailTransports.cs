using MfaGateway.Configuration;
using MfaGateway.Storage;

namespace MfaGateway.Mail;

/// <summary>Which way out the configuration names.</summary>
internal static class MailTransports
{
    public static IMailTransport Of(MailOptions options, DataDirectory directory, TimeProvider time, ILogger<SteadyTransport> logger) =>
        options.Provider switch
        {
            MailProvider.Smtp => new SteadyTransport(new SmtpTransport(options.Smtp), time, logger),
            MailProvider.Sendmail => new SteadyTransport(new SendmailTransport(options.Sendmail), time, logger),
            _ => new PickupDirectory(directory.Mail),
        };
}
