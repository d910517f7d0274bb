using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MfaGateway.Core.Mail;

namespace MfaGateway.Mail;

/// <summary>What went wrong between a mail server and us, and whether it is about one mail or all of them.</summary>
internal static partial class SmtpFaults
{
    private const int NotAvailable = 421; // RFC 5321 3.8
    private const int SignInRequired = 530; // RFC 4954 6

    /// <param name="certificate">What was found out about the server's certificate.</param>
    /// <param name="recipient">Removed from the server's words.</param>
    /// <returns><see cref="MailUndeliverableException"/> or <see cref="MailNotTakenException"/>.</returns>
    public static Exception Explain(Exception failure, CertificateReview certificate, string recipient) => failure switch
    {
        SmtpCommandException refused => ExplainCommand(refused, recipient),
        ServiceNotAuthenticatedException => ExplainAnswer(SignInRequired, ServerWords.Tidy(failure.Message, recipient)),
        AuthenticationException => ExplainSignIn(failure, recipient),
        SslHandshakeException => ExplainHandshake(failure, certificate),
        NotSupportedException => StopAll(MailFault.NotEncrypted, failure.Message), // "The SMTP server does not support the STARTTLS extension."
        TimeoutException => StopAll(MailFault.TimedOut, "The mail server took too long."),
        SocketException { SocketErrorCode: not (SocketError.ConnectionReset or SocketError.ConnectionAborted) } =>
            StopAll(MailFault.Unreachable, $"The mail server can't be reached: {failure.Message}."),
        SmtpProtocolException or ServiceNotConnectedException or IOException or SocketException => ConnectionLost(),
        _ => StopAll(MailFault.Other, $"{failure.GetType().Name}: {ServerWords.Tidy(failure.Message, recipient)}"),
    };

    private static Exception ExplainCommand(SmtpCommandException refused, string recipient)
    {
        var (status, words) = ((int)refused.StatusCode, ServerWords.Tidy(refused.Message, recipient));
        return refused.ErrorCode == SmtpErrorCode.RecipientNotAccepted ? ExplainRecipient(status, words) : ExplainAnswer(status, words);
    }

    // RFC 5321 4.2.3: 550 to 553 are about the mailbox; 554 and the others are about the transaction.
    private static Exception ExplainRecipient(int status, string words) => status switch
    {
        < 500 => new MailNotTakenException(MailFault.RecipientRefused, words, status) { StopsAll = status == NotAvailable },
        // A server that does not know us may refuse to relay. That must not end a mail.
        >= 550 and <= 553 when SpeaksOfUs(words) => new MailNotTakenException(MailFault.SignInRefused, words, status),
        >= 550 and <= 553 => new MailUndeliverableException(words, MailFault.RecipientRefused, status),
        _ => ExplainAnswer(status, words),
    };

    private static MailNotTakenException ExplainAnswer(int status, string words) => status switch
    {
        SignInRequired or 454 or 534 or 535 or 538 => new(MailFault.SignInRefused, words, status) { StopsAll = true }, // RFC 4954 6
        _ => new(MailFault.ServerRefused, words, status) { StopsAll = status == NotAvailable },
    };

    private static MailNotTakenException ExplainSignIn(Exception failure, string recipient)
    {
        var words = ServerWords.Tidy((failure.InnerException ?? failure).Message, recipient);
        return StatusOf(failure) switch
        {
            NotAvailable => ExplainAnswer(NotAvailable, words),
            >= 400 and var status => new(MailFault.SignInRefused, words, status) { StopsAll = true },
            _ => StopAll(MailFault.SignInRefused, words), // Not an error code: RFC 7628 3.2.2 has a server explain itself in a challenge (334).
        };
    }

    // Where a token is refused, MailKit gives the code in its message alone: "535: 5.7.8 ...".
    private static int? StatusOf(Exception failure) => failure.InnerException is SmtpCommandException answer
        ? (int)answer.StatusCode
        : int.TryParse(failure.Message.Split(':')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : null;

    private static MailNotTakenException ExplainHandshake(Exception failure, CertificateReview certificate) => (certificate.Fault, failure.InnerException) switch
    {
        ({ } fault, _) => StopAll(MailFault.CertificateRefused, fault),
        (_, IOException or SocketException) => ConnectionLost(),
        (_, var inner) => StopAll(MailFault.NotEncrypted, $"No encryption could be agreed on: {(inner ?? failure).Message}"),
    };

    private static MailNotTakenException ConnectionLost() => StopAll(MailFault.ConnectionLost, "The mail server broke the connection off.");

    private static MailNotTakenException StopAll(MailFault fault, string message) => new(fault, message) { StopsAll = true };

    // RFC 3463: X.1 is about the address and X.2 about the mailbox, X.7 about who may send. Many servers give no such code with 550.
    private static bool SpeaksOfUs(string words) => EnhancedStatus().Match(words) is { Success: true } code
        ? code.Groups["subject"].Value is not ("1" or "2")
        : Relaying().IsMatch(words);

    [GeneratedRegex(@"\b5\.(?<subject>\d)\.\d{1,3}\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EnhancedStatus();

    [GeneratedRegex("relay|authent|sign in|log ?in|not permitted|denied", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Relaying();
}
