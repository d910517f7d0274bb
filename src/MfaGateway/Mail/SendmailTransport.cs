using System.Diagnostics;
using System.Text;
using MfaGateway.Configuration;
using MfaGateway.Core.Mail;

namespace MfaGateway.Mail;

/// <summary>Hands mails to a program of this machine that is called as sendmail is: what it takes, it delivers.</summary>
internal sealed class SendmailTransport(SendmailOptions options) : IMailTransport
{
    // sysexits.h
    private const int DataError = 65;
    private const int NoUser = 67;
    private const int NoHost = 68;
    private const int NoPermission = 77;

    public TimeSpan Longest => options.Timeout;

    public DateTimeOffset? RestsUntil => null;

    public async Task SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        using var program = Start(mail);
        try
        {
            var words = program.StandardError.ReadToEndAsync(cancellationToken);
            var noise = program.StandardOutput.ReadToEndAsync(cancellationToken);
            await GiveAsync(program, InternetMessage.Write(mail), cancellationToken);
            await Task.WhenAll(words, noise);
            await program.WaitForExitAsync(cancellationToken);
            if (program.ExitCode != 0)
                throw Explain(program.ExitCode, ServerWords.Tidy(await words, mail.To.Address.Value));
        }
        catch (OperationCanceledException)
        {
            program.Kill(entireProcessTree: true);
            throw;
        }
    }

    private Process Start(OutgoingMail mail)
    {
        var start = new ProcessStartInfo(options.Path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // -i: a line of one dot does not end the mail. Recipients stand behind "--", so that none is taken for an option.
        foreach (var argument in (string[])["-i", "-f", mail.From.Address.Value, "--", mail.To.Address.Value])
            start.ArgumentList.Add(argument);
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException("A program was started, and there is none.");
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            throw new MailNotTakenException(MailFault.Unreachable, $"{options.Path} can't be run: {fault.Message}.") { StopsAll = true };
        }
    }

    private static async Task GiveAsync(Process program, byte[] message, CancellationToken cancellationToken)
    {
        try
        {
            // Its input is a text of this machine: lines end with LF.
            var text = Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(message).ReplaceLineEndings("\n"));
            await program.StandardInput.BaseStream.WriteAsync(text, cancellationToken);
            program.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended without reading; its exit code says why.
        }
    }

    private static Exception Explain(int exitCode, string words) => exitCode switch
    {
        NoUser or NoHost => new MailUndeliverableException(words, MailFault.RecipientRefused, exitCode),
        NoPermission => new MailNotTakenException(MailFault.SignInRefused, words, exitCode) { StopsAll = true },
        DataError => new MailNotTakenException(MailFault.ServerRefused, words, exitCode),
        _ => new MailNotTakenException(MailFault.ServerRefused, words, exitCode) { StopsAll = true },
    };
}
