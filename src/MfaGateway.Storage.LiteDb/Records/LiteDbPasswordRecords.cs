using LiteDB;
using MfaGateway.Core.Storage.Records;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbPasswordRecords(LiteDbScope scope) : IPasswordRecords
{
    public Task<PasswordRecord?> FindAsync(string accountId) =>
        scope.ReadAsync(unit => unit.Find(Collections.Owned, KeyOf(accountId)) is { } found ? To(found) : null);

    public Task SetAsync(string accountId, PasswordRecord password) =>
        scope.WriteAsync(unit => unit.Put(Collections.Owned, From(accountId, password)));

    public Task<bool> TryReplaceHashAsync(string accountId, string oldHash, string newHash) => scope.WriteAsync(unit =>
    {
        if (unit.Find(Collections.Owned, KeyOf(accountId)) is not { } found || To(found) is not { } kept || kept.Hash != oldHash)
            return false;
        unit.Put(Collections.Owned, From(accountId, kept with { Hash = newHash }));
        return true;
    });

    private static string KeyOf(string accountId) => Keys.Join(accountId, "p");

    private static BsonDocument From(string accountId, PasswordRecord password) => NewDocument(
        (Fields.Id, KeyOf(accountId)),
        (Fields.Hash, password.Hash),
        (Fields.Made, Ms(password.SetAt)),
        (Fields.Mailed, Flag(password.ByMail)));

    private static PasswordRecord To(BsonDocument document) =>
        new(document.Text(Fields.Hash), document.Time(Fields.Made), document.IsSet(Fields.Mailed));
}
