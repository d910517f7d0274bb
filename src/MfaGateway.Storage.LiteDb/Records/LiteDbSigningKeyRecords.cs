using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Storage.LiteDb.Work;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbSigningKeyRecords(LiteDbScope scope) : ISigningKeyRecords
{
    private const string Kind = "key";

    public Task<IReadOnlyList<SigningKeyRow>> ListAsync() => scope.ReadAsync<IReadOnlyList<SigningKeyRow>>(unit => [.. List(unit)]);

    public Task<bool> TryAddAsync(SigningKeyRow row) => scope.WriteAsync(unit =>
        List(unit).All(one => one.Kid != row.Kid)
        && unit.TryAdd(Collections.Values, NewDocument(
            (Fields.Id, Keys.Join(Kind, row.Generation)),
            (Fields.Generation, row.Generation),
            (Fields.Item, row.Kid),
            (Fields.Secret, row.ProtectedPkcs8),
            (Fields.Made, Ms(row.CreatedAt)),
            (Fields.StartsAt, Ms(row.ActivatesAt)))));

    public Task<int> DeleteUpToAsync(long generation) => scope.WriteAsync(unit =>
    {
        var old = List(unit).Where(one => one.Generation <= generation).ToList();
        foreach (var one in old)
            unit.Delete(Collections.Values, Keys.Join(Kind, one.Generation));
        return old.Count;
    });

    private static IEnumerable<SigningKeyRow> List(UnitOfWork unit) =>
        unit.ReadAll(Collections.Values, Fields.Id, Keys.Under(Kind)).Select(one => new SigningKeyRow(
            one.Long(Fields.Generation), one.Text(Fields.Item), one.Bytes(Fields.Secret), one.Time(Fields.Made), one.Time(Fields.StartsAt)));
}
