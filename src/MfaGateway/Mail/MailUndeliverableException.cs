using MfaGateway.Core.Mail;

namespace MfaGateway.Mail;

/// <summary>A mail that nobody will ever take, such as one to what is no address, or to a mailbox that is not there.</summary>
public sealed class MailUndeliverableException(string message, MailFault fault = MailFault.Unwritable, int? status = null) : Exception(message)
{
    public MailFault Fault { get; } = fault;

    /// <summary>See <see cref="MailFailure.Status"/>.</summary>
    public int? Status { get; } = status;
}
