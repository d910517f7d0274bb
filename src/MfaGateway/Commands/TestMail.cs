using System.Globalization;
using MfaGateway.Configuration;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage;
using MfaGateway.Mail;
using MfaGateway.Mail.Templates;
using MfaGateway.Storage;

namespace MfaGateway.Commands;

/// <summary><c>mail test</c>: straight out, past the store and the outbox, so that what goes wrong is said at once.</summary>
internal static class TestMail
{
    public static async Task<int> RunAsync(Launch launch, string address, string? language, CancellationToken cancellationToken)
    {
        var sources = launch.ReadSources();
        if (sources.Configuration is null)
            return await ConfigurationFaults.PrintAsync(sources.Faults);
        var reading = GatewayConfigurationReader.Read(sources.Configuration);
        if (reading.Options is not { } options)
            return await ConfigurationFaults.PrintAsync(reading.Faults);

        var directory = new DataDirectory(options.DataDirectory);
        var mail = WriterOf(options).Write(Identifiers.New(), TimeProvider.System.GetUtcNow(), ContentOf(address.Trim(), language));
        await CommandConsole.Current.Out.WriteLineAsync($"A test mail to {mail.To.Address.Value} from {mail.From.Address.Value}, {WayOf(options.Mail, directory)}.");
        return await SendAsync(MailTransports.Direct(options, directory), mail, cancellationToken);
    }

    private static async Task<int> SendAsync(IMailTransport transport, OutgoingMail mail, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(transport.Longest);
        try
        {
            await transport.SendAsync(mail, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return await FailAsync(MailFault.TimedOut, null, string.Create(CultureInfo.InvariantCulture, $"It took longer than {transport.Longest.TotalSeconds} seconds."));
        }
        catch (MailNotTakenException fault)
        {
            return await FailAsync(fault.Fault, fault.Status, fault.Message);
        }
        catch (MailUndeliverableException fault)
        {
            return await FailAsync(fault.Fault, fault.Status, fault.Message);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return await FailAsync(MailFault.Unreachable, null, fault.Message);
        }

        await CommandConsole.Current.Out.WriteLineAsync("It was taken. Whether it arrives shows in the mailbox.");
        return ExitCodes.Done;
    }

    private static async Task<int> FailAsync(MailFault fault, int? status, string words)
    {
        await CommandConsole.Current.Error.WriteLineAsync($"{MailSentences.DescribeFailure(new(fault, status, default))}.");
        return await CommandStore.FailAsync(words);
    }

    private static MailWriter WriterOf(GatewayOptions options) =>
        new(MailTextsReader.Read(options.Mail).Texts ?? throw new InvalidOperationException("Mails have no texts."), MailSite.Of(options));

    // Nobody's account: the address itself is greeted.
    private static NoticeMail ContentOf(string address, string? language) =>
        new(NoticeKind.Test, address, UserName: "", address, address, TimeProvider.System.GetUtcNow(), ClientAddress: null, Detail: null, language);

    private static string WayOf(MailOptions options, DataDirectory directory) => options.Provider switch
    {
        MailProvider.Smtp => WayOf(options.Smtp),
        MailProvider.Sendmail => $"through {options.Sendmail.Path}",
        _ => $"as a file in {directory.Mail}",
    };

    private static string WayOf(SmtpOptions smtp) => string.Create(
        CultureInfo.InvariantCulture,
        $"through {smtp.Host}:{smtp.Port}, {EncryptionOf(smtp.Security)}, {(smtp.User is { } user ? $"signed in as {user}" : "not signed in")}");

    private static string EncryptionOf(SmtpSecurity security) => security switch
    {
        SmtpSecurity.StartTls => "encrypted (STARTTLS)",
        SmtpSecurity.Tls => "encrypted (TLS)",
        _ => "in plain text",
    };
}
