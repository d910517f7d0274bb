using MfaGateway.Core.Accounts;

namespace MfaGateway.Mail;

/// <summary>A mail as it is sent: to one mailbox.</summary>
/// <param name="Id">The same at each attempt.</param>
/// <param name="WrittenAt">When what it tells was kept.</param>
/// <param name="Text">Plain text; lines end with LF.</param>
/// <param name="Html">The same as HTML.</param>
internal sealed record OutgoingMail(
    string Id, DateTimeOffset WrittenAt, Mailbox From, Mailbox To, string Subject, string Text, string Html)
{
    // It may hold a code or a link that opens an account.
    public override string ToString() => $"{nameof(OutgoingMail)} {Id}";
}

/// <param name="Name">What a mail program shows for the address; may be empty.</param>
internal sealed record Mailbox(string Name, EmailAddress Address);
