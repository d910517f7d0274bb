using MfaGateway.Core.Auditing;
using MfaGateway.Core.Mail;

namespace MfaGateway.Core.Accounts;

/// <summary>What tells of a change, kept in the transaction of the change: there is never the one without the other.</summary>
/// <param name="Mails">What its person is told; see <see cref="Notices.Prepare"/>.</param>
public sealed record ChangeTrace(AuditEntry Entry, IReadOnlyList<OutboxMail> Mails);
