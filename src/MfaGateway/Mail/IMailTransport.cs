namespace MfaGateway.Mail;

/// <summary>How a mail leaves this machine.</summary>
internal interface IMailTransport
{
    /// <summary>Returns when whoever goes on with the mail has it for certain.</summary>
    /// <exception cref="MailUndeliverableException">It will never be taken: to try again is of no use.</exception>
    Task SendAsync(OutgoingMail mail, CancellationToken cancellationToken);
}
