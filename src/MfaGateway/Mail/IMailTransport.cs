namespace MfaGateway.Mail;

/// <summary>How a mail leaves this machine.</summary>
internal interface IMailTransport
{
    /// <summary>How long one mail may take at most.</summary>
    TimeSpan Longest { get; }

    /// <summary>Nothing is worth trying before this time; null while mails are taken.</summary>
    DateTimeOffset? RestsUntil { get; }

    /// <summary>Returns when whoever goes on with the mail has it for certain.</summary>
    /// <exception cref="MailUndeliverableException">It will never be taken: to try again is of no use.</exception>
    /// <exception cref="MailNotTakenException">It was not taken this time.</exception>
    /// <exception cref="IOException">A file could not be written.</exception>
    Task SendAsync(OutgoingMail mail, CancellationToken cancellationToken);
}
