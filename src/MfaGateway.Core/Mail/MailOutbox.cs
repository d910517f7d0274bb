using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Mail;

/// <summary>Mails on their way out, shared by all nodes and by commands.</summary>
public sealed class MailOutbox
{
    /// <summary>Keeps a mail in the transaction of what it tells.</summary>
    internal static async Task AddAsync(Transaction transaction, OutboxMail mail)
    {
        if (mail.ReplacesWaiting)
        {
            foreach (var waiting in await transaction.Mail.ListUntouchedAsync(mail.AccountId, mail.Kind, mail.QueuedAt))
                await transaction.Mail.TryDeleteAsync(waiting.Mail.Id, waiting.Attempts);
        }

        await transaction.Mail.AddAsync(mail);
    }
}
