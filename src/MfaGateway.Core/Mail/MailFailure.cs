namespace MfaGateway.Core.Mail;

/// <summary>Why an attempt failed, and when. It holds no words of the server's: they name recipients.</summary>
/// <param name="Status">What the mail server answered (RFC 5321 4.2.1), or a sendmail program ended with; null where there was no such thing.</param>
public sealed record MailFailure(MailFault Fault, int? Status, DateTimeOffset At);
