using MfaGateway.Core.Mail;

namespace MfaGateway.Mail;

/// <summary>A mail that was not taken this time. The message names no recipient: it goes to the log.</summary>
public sealed class MailNotTakenException(MailFault fault, string message, int? status = null) : Exception(message)
{
    public MailFault Fault { get; } = fault;

    /// <summary>See <see cref="MailFailure.Status"/>.</summary>
    public int? Status { get; } = status;

    /// <summary>Whether any other mail would fare the same: it is the way out that is blocked, not this mail.</summary>
    public bool StopsAll { get; init; }
}
