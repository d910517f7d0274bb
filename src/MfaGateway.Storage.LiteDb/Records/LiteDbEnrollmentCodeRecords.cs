using MfaGateway.Core.Storage.Records;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbEnrollmentCodeRecords(LiteDbScope scope) : IEnrollmentCodeRecords
{
    private const string Kind = "e";

    public Task<EnrollmentCodeRecord?> FindAsync(string accountId) => scope.ReadAsync(unit =>
        unit.Find(Collections.Owned, Keys.Join(accountId, Kind)) is { } found
            ? new EnrollmentCodeRecord(
                found.Bytes(Fields.Hash), found.Time(Fields.Made), found.Time(Fields.Exact), found.TextOrNull(Fields.Of))
            : null);

    public Task SetAsync(string accountId, EnrollmentCodeRecord code) => scope.WriteAsync(unit => unit.Put(
        Collections.Owned,
        NewDocument(
            (Fields.Id, Keys.Join(accountId, Kind)),
            (Fields.Hash, code.Hash),
            (Fields.Made, Ms(code.MadeAt)),
            (Fields.Exact, Ms(code.ExpiresAt)),
            (Fields.Of, TextOrNone(code.GivenInFlowId)))));

    public Task DeleteAsync(string accountId) => scope.WriteAsync(unit => unit.Delete(Collections.Owned, Keys.Join(accountId, Kind)));
}
