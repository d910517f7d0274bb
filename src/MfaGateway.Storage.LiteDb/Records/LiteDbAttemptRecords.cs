using LiteDB;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Core.Throttling;
using MfaGateway.Storage.LiteDb.Documents;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbAttemptRecords(LiteDbScope scope) : IAttemptRecords
{
    // Nothing is held: the unit is alone. One that is not there need not be made to be held.
    public async Task<AttemptState> HoldAsync(AttemptBucket bucket) => await FindHeldAsync(bucket.Key) ?? AttemptState.Empty;

    public Task<AttemptState?> FindHeldAsync(string key) =>
        scope.WriteAsync(unit => unit.Find(Collections.Attempts, key) is { } found ? To(found) : (AttemptState?)null);

    public Task SaveAsync(AttemptBucket bucket, AttemptState state, DateTimeOffset forgetAt) => scope.WriteAsync(unit => unit.Put(
        Collections.Attempts,
        NewDocument(
            (Fields.Id, bucket.Key),
            (Fields.Owner, TextOrNone(Keys.JoinIf(bucket.AccountId, bucket.Key))),
            (Fields.End, Ms(forgetAt)),
            (Fields.Limit, (int)bucket.Kind),
            (Fields.Count, state.Attempts),
            (Fields.WindowEnd, Ms(state.WindowEndsAt)),
            (Fields.Closed, Flag(state.Closed)),
            (Fields.CoolDowns, state.CoolDowns),
            (Fields.Window, state.Window))));

    public Task DeleteAsync(string key) => scope.WriteAsync(unit => unit.Delete(Collections.Attempts, key));

    public Task<IReadOnlyList<AttemptRecord>> ListAsync(string accountId) => scope.ReadAsync<IReadOnlyList<AttemptRecord>>(unit =>
    [
        .. unit.ReadOwned(Collections.Attempts, accountId)
            .Select(one => new AttemptRecord(one.Id, (AttemptLimit)one.Int(Fields.Limit), To(one))),
    ]);

    public Task<IReadOnlyList<string>> ListKeysAsync(string prefix) => scope.ReadAsync<IReadOnlyList<string>>(unit =>
        [.. unit.ReadAll(Collections.Attempts, Fields.Id, KeyRange.Prefix(prefix)).Select(one => one.Id)]);

    public Task<IReadOnlyList<KeptAttempts>> ListAllAsync(string after, int count) => scope.ReadAsync<IReadOnlyList<KeptAttempts>>(unit =>
    [
        .. unit.Read(Collections.Attempts, Fields.Id, KeyRange.Above(after), count).Select(one => new KeptAttempts(
            one.Id, (AttemptLimit)one.Int(Fields.Limit), one.OwnerIdOrNull, To(one), one.Time(Fields.End))),
    ]);

    private static AttemptState To(BsonDocument document) => new(
        document.Int(Fields.Count), document.Time(Fields.WindowEnd), document.IsSet(Fields.Closed), document.Int(Fields.CoolDowns),
        document.Long(Fields.Window));
}
