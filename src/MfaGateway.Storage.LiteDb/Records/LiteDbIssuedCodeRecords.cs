using LiteDB;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Storage.LiteDb.Work;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbIssuedCodeRecords(LiteDbScope scope) : IIssuedCodeRecords
{
    public Task AddAsync(IssuedCode code) => scope.WriteAsync(unit => unit.Add(Collections.IssuedCodes, NewDocument(
        (Fields.Id, Keys.Join(code.RequestId, code.Number)),
        (Fields.Of, code.LinkHash),
        (Fields.Item, code.Id),
        (Fields.Number, code.Number),
        (Fields.Kind, (int)code.Method),
        (Fields.Digits, code.Digits),
        (Fields.Generation, code.Generation),
        (Fields.Step, code.Step),
        (Fields.Made, Ms(code.IssuedAt)),
        (Fields.Exact, Ms(code.ExpiresAt)))));

    public Task<IssuedCode?> FindByLinkAsync(byte[] linkHash) =>
        scope.ReadAsync(unit => unit.FindBy(Collections.IssuedCodes, Fields.Of, linkHash) is { } found ? To(found) : null);

    public Task<IReadOnlyList<IssuedCode>> ListAsync(string requestId) =>
        scope.ReadAsync<IReadOnlyList<IssuedCode>>(unit => [.. List(unit, requestId)]);

    internal static IEnumerable<IssuedCode> List(UnitOfWork unit, string requestId) =>
        unit.ReadAll(Collections.IssuedCodes, Fields.Id, Keys.Under(requestId)).Select(To);

    private static IssuedCode To(BsonDocument document) => new(
        document.Text(Fields.Item), Keys.FirstOf(document.Id), document.Int(Fields.Number), (MagicCodeMethod)document.Int(Fields.Kind),
        document.Int(Fields.Digits), document.Int(Fields.Generation), document.Long(Fields.Step), document.Time(Fields.Made),
        document.Time(Fields.Exact), document.Bytes(Fields.Of));
}
