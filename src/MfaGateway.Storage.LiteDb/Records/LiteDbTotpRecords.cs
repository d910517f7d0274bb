using LiteDB;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Storage.LiteDb.Work;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbTotpRecords(LiteDbScope scope) : ITotpRecords
{
    public Task<IReadOnlyList<TotpAuthenticator>> ListAsync(string accountId) => scope.ReadAsync<IReadOnlyList<TotpAuthenticator>>(unit =>
        [.. unit.ReadOwned(Collections.Totp, accountId).Select(To).OrderBy(one => one.CreatedAt)]); // keeps the order of ids

    public Task AddAsync(TotpAuthenticator authenticator) => scope.WriteAsync(unit => unit.Add(Collections.Totp, From(authenticator)));

    public Task<bool> TryAdvanceStepAsync(string authenticatorId, long step, DateTimeOffset? usedAt) => scope.WriteAsync(unit =>
    {
        if (unit.Find(Collections.Totp, authenticatorId) is not { } found || found.Long(Fields.Step) >= step)
            return false;
        found[Fields.Step] = step;
        if (usedAt is { } used)
            found[Fields.Used] = Ms(used);
        unit.Put(Collections.Totp, found);
        return true;
    });

    public Task<bool> TryRenameAsync(string accountId, string authenticatorId, string name) => scope.WriteAsync(unit =>
    {
        if (FindOwned(unit, accountId, authenticatorId) is not { } found)
            return false;
        found[Fields.Name] = name;
        unit.Put(Collections.Totp, found);
        return true;
    });

    public Task<bool> TryDeleteAsync(string accountId, string authenticatorId) => scope.WriteAsync(unit =>
    {
        if (FindOwned(unit, accountId, authenticatorId) is null)
            return false;
        unit.Delete(Collections.Totp, authenticatorId);
        return true;
    });

    public Task DeleteAllAsync(string accountId) =>
        scope.WriteAsync(unit => unit.DeleteAll(Collections.Totp, unit.ReadOwned(Collections.Totp, accountId)));

    internal static TotpParameters ParametersOf(BsonDocument document) =>
        new((TotpHash)document.Int(Fields.Algorithm), document.Int(Fields.Digits), document.Int(Fields.Period));

    private static BsonDocument? FindOwned(UnitOfWork unit, string accountId, string authenticatorId) =>
        unit.Find(Collections.Totp, authenticatorId) is { } found && found.OwnerId == accountId ? found : null;

    private static BsonDocument From(TotpAuthenticator authenticator) => NewDocument(
        (Fields.Id, authenticator.Id),
        (Fields.Owner, Keys.Join(authenticator.AccountId, authenticator.Id)),
        (Fields.Name, authenticator.Name),
        (Fields.Secret, authenticator.ProtectedSecret),
        (Fields.Algorithm, (int)authenticator.Parameters.Algorithm),
        (Fields.Digits, authenticator.Parameters.Digits),
        (Fields.Period, authenticator.Parameters.PeriodSeconds),
        (Fields.Step, authenticator.LastUsedStep),
        (Fields.Made, Ms(authenticator.CreatedAt)),
        (Fields.Used, Ms(authenticator.LastUsedAt)));

    private static TotpAuthenticator To(BsonDocument document) => new(
        document.Id, document.OwnerId, document.Text(Fields.Name), document.Bytes(Fields.Secret), ParametersOf(document),
        document.Long(Fields.Step), document.Time(Fields.Made), document.TimeOrNull(Fields.Used));
}
