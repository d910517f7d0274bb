using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Mail;

/// <summary>
/// Encrypts what a mail says while it waits: an invitation's link lets somebody in, and a copy of the store must not.
/// A ciphertext opens for its own row alone.
/// </summary>
public sealed class MailContents(ISecretProtector protector)
{
    private static readonly JsonSerializerOptions Format = new() { Converters = { new JsonStringEnumConverter() } };

    public OutboxMail Protect(NoticeMail content, string accountId, DateTimeOffset queuedAt)
    {
        var id = Identifiers.New();
        var text = JsonSerializer.SerializeToUtf8Bytes(content, Format);
        return new OutboxMail(id, accountId, content.Kind.ToString(), protector.Protect(Purpose(id, accountId), text), queuedAt)
        {
            DeliverBy = content.GoodUntil,
        };
    }

    /// <exception cref="CryptographicException">It was changed, or its key is gone.</exception>
    /// <exception cref="JsonException">A newer program wrote it.</exception>
    public NoticeMail Unprotect(OutboxMail mail)
    {
        var text = protector.Unprotect(Purpose(mail.Id, mail.AccountId), mail.ProtectedContent);
        return JsonSerializer.Deserialize<NoticeMail>(text, Format) ?? throw new JsonException("It holds nothing.");
    }

    private static string Purpose(string id, string accountId) => $"Mail/{accountId}/{id}";
}
