using LiteDB;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Storage.LiteDb.Work;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

/// <summary>A set is one document with the hashes of its unused codes.</summary>
internal sealed class LiteDbRecoveryCodeRecords(LiteDbScope scope) : IRecoveryCodeRecords
{
    public Task<RecoveryCodeSet?> FindSetAsync(string accountId) => scope.ReadAsync(unit => Find(unit, accountId) is { } found
        ? new RecoveryCodeSet(found.Bytes(Fields.Secret), found[Fields.Hash].AsArray.Count, found.Time(Fields.Made))
        : null);

    public Task ReplaceAsync(string accountId, NewRecoveryCodes codes, DateTimeOffset at) => scope.WriteAsync(unit => unit.Put(
        Collections.Owned,
        NewDocument(
            (Fields.Id, KeyOf(accountId)),
            (Fields.Secret, codes.Salt),
            (Fields.Made, Ms(at)),
            (Fields.Hash, new BsonArray(codes.Hashes.Select(hash => new BsonValue(hash)))))));

    public Task<bool> TryConsumeAsync(string accountId, byte[] hash, DateTimeOffset at) => scope.WriteAsync(unit =>
    {
        if (Find(unit, accountId) is not { } found || !found[Fields.Hash].AsArray.Remove(new BsonValue(hash)))
            return false;
        unit.Put(Collections.Owned, found);
        return true;
    });

    public Task DeleteAllAsync(string accountId) => scope.WriteAsync(unit => unit.Delete(Collections.Owned, KeyOf(accountId)));

    public Task<NewRecoveryCodes?> FindUnusedAsync(string accountId) => scope.ReadAsync(unit => Find(unit, accountId) is { } found
        ? new NewRecoveryCodes(
            found.Bytes(Fields.Secret),
            [.. found[Fields.Hash].AsArray.Select(hash => hash.AsBinary).OrderBy(Convert.ToHexString, StringComparer.Ordinal)])
        : null);

    private static string KeyOf(string accountId) => Keys.Join(accountId, "r");

    private static BsonDocument? Find(UnitOfWork unit, string accountId) => unit.Find(Collections.Owned, KeyOf(accountId));
}
