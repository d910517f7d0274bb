using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using MfaGateway.Core.Mail;

namespace MfaGateway.Mail;

/// <summary>What went wrong between a mail server and us, and whether it is about one mail or all of them.</summary>
internal static partial class SmtpFaults
{
    private const int SignInRequired = 530; // RFC 4954 6
    private const int NotAvailable = 421; // RFC 5321 3.8

    /// <param name="recipient">Taken out of the server's words.</param>
    /// <returns><see cref="MailUndeliverableException"/> or <see cref="MailNotTakenException"/>.</returns>
    public static Exception Explain(SmtpException fault, string recipient)
    {
        var status = (int)fault.StatusCode;
        if (status < 0)
            return ExplainConnection(fault);

        var words = fault.Message.Replace(recipient, "<recipient>", StringComparison.OrdinalIgnoreCase);
        return fault is SmtpFailedRecipientException ? ExplainRecipient(status, words) : ExplainAnswer(status, words);
    }

    private static Exception ExplainRecipient(int status, string words)
    {
        if (status < 500)
            return new MailNotTakenException(MailFault.RecipientRefused, words, status) { StopsAll = status == NotAvailable };

        // A server that has not taken our user and password for good goes on and refuses to relay. That must not end a mail.
        return SpeaksOfUs(words)
            ? new MailNotTakenException(MailFault.SignInRefused, words, status)
            : new MailUndeliverableException(words, MailFault.RecipientRefused, status);
    }

    private static MailNotTakenException ExplainAnswer(int status, string words) => status switch
    {
        // 454, 534, 535 and 538 are about AUTH, too; SmtpClient shows 530 for it.
        SignInRequired or 454 or 534 or 535 or 538 => new(MailFault.SignInRefused, words, status) { StopsAll = true },
        _ => new(MailFault.ServerRefused, words, status) { StopsAll = status == NotAvailable },
    };

    private static MailNotTakenException ExplainConnection(SmtpException fault) => fault.GetBaseException() switch
    {
        SocketException socket when socket.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted =>
            new(MailFault.ConnectionLost, "The mail server broke the connection off.") { StopsAll = true },
        SocketException socket => new(MailFault.Unreachable, $"The mail server can't be reached: {socket.Message}.") { StopsAll = true },
        AuthenticationException refused when refused.Message.Contains("remote certificate", StringComparison.Ordinal) =>
            new(MailFault.CertificateRefused, refused.Message) { StopsAll = true },
        AuthenticationException failed => new(MailFault.NotEncrypted, $"No encryption could be agreed on: {failed.Message}") { StopsAll = true },
        IOException => new(MailFault.ConnectionLost, "The mail server broke the connection off.") { StopsAll = true },
        SmtpException alone => new(MailFault.NotEncrypted, alone.Message) { StopsAll = true }, // "Server does not support secure connections."
        var other => new(MailFault.Other, $"{other.GetType().Name}: {other.Message}") { StopsAll = true },
    };

    // RFC 3463: X.1 is about the address and X.2 about the mailbox, X.7 about who may send. Many servers give no such code with 550.
    private static bool SpeaksOfUs(string words) => EnhancedStatus().Match(words) is { Success: true } code
        ? code.Groups["subject"].Value is not ("1" or "2")
        : Relaying().IsMatch(words);

    [GeneratedRegex(@"\b5\.(?<subject>\d)\.\d{1,3}\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EnhancedStatus();

    [GeneratedRegex("relay|authent|sign in|log ?in|not permitted|denied", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Relaying();
}
