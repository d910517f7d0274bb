using System.Globalization;
using LiteDB;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Storage.LiteDb.Documents;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

/// <summary>
/// The document of a mail. Its turn is one key: first those that have an end, then the others, each by the time they are due and by id.
/// </summary>
internal static class MailFields
{
    private const char WithEnd = '0';
    private const char WithoutEnd = '1';

    /// <summary>The turns up to this time.</summary>
    public static KeyRange DueUntil(DateTimeOffset now, bool hasEnd)
    {
        var kind = hasEnd ? WithEnd : WithoutEnd;
        return KeyRange.Between(kind.ToString(), Keys.Under(TurnOf(kind, now)).To);
    }

    /// <summary>Whether it is listed after this place: the latest kept first, then by id.</summary>
    public static bool IsBehind(BsonDocument document, FailedMailPlace? place)
    {
        if (place is null)
            return true;
        var (at, made) = (place.QueuedAt.ToUnixTimeMilliseconds(), document.Long(Fields.Made));
        return made < at || (made == at && string.CompareOrdinal(document.Id, place.Id) > 0);
    }

    public static BsonDocument From(MailRecord record)
    {
        var mail = record.Mail;
        return NewDocument(
            (Fields.Id, mail.Id),
            (Fields.Owner, Keys.Join(mail.AccountId, mail.Id)),
            (Fields.Due, record.DueAt is { } due ? Keys.Join(TurnOf(mail.DeliverBy is null ? WithoutEnd : WithEnd, due), mail.Id) : null),
            (Fields.End, Ms(record.ExpiresAt)),
            (Fields.Kind, mail.Kind),
            (Fields.Secret, mail.ProtectedContent),
            (Fields.Made, Ms(mail.QueuedAt)),
            (Fields.Exact, Ms(mail.DeliverBy)),
            (Fields.Count, record.Attempts),
            (Fields.Fault, TextOrNone(record.Failure?.Fault.ToString())),
            (Fields.Status, record.Failure?.Status is { } status ? new BsonValue(status) : null),
            (Fields.Failed, Ms(record.Failure?.At)));
    }

    public static MailRecord To(BsonDocument document) => new(
        new OutboxMail(
            document.Id, document.OwnerId, document.Text(Fields.Kind), document.Bytes(Fields.Secret), document.Time(Fields.Made))
        {
            DeliverBy = document.TimeOrNull(Fields.Exact),
        },
        document.Int(Fields.Count), DueOf(document), FailureOf(document), document.TimeOrNull(Fields.End));

    private static string TurnOf(char kind, DateTimeOffset due) => $"{kind}{Keys.Text(due.ToUnixTimeMilliseconds())}";

    private static DateTimeOffset? DueOf(BsonDocument document) => document.TextOrNull(Fields.Due) is { } turn
        ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(Keys.FirstOf(turn).AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture))
        : null;

    // A fault that a newer program wrote is some fault.
    private static MailFailure? FailureOf(BsonDocument document) => document.TimeOrNull(Fields.Failed) is { } at
        ? new MailFailure(
            Enum.TryParse<MailFault>(document.TextOrNull(Fields.Fault), out var known) ? known : MailFault.Other,
            document.IsSet(Fields.Status) ? document.Int(Fields.Status) : null,
            at)
        : null;
}
