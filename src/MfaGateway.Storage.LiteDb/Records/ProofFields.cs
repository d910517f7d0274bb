using LiteDB;
using MfaGateway.Core.Factors;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

/// <summary>Proofs within a flow or a session.</summary>
internal static class ProofFields
{
    public static BsonArray From(IReadOnlyList<Proof> proofs) => new(proofs.Select(proof => NewDocument(
        (Fields.Factor, (int)proof.Factor),
        (Fields.Made, Ms(proof.At)),
        (Fields.Mailed, Flag(proof.ByMail)),
        (Fields.Application, TextOrNone(proof.Application)),
        (Fields.Lax, Flag(proof.IsTooLax)))));

    public static IReadOnlyList<Proof> To(BsonArray array) =>
    [
        .. array.Select(value => value.AsDocument).Select(one => new Proof((FactorKind)one.Int(Fields.Factor), one.Time(Fields.Made))
        {
            ByMail = one.IsSet(Fields.Mailed),
            Application = one.TextOrNull(Fields.Application),
            IsTooLax = one.IsSet(Fields.Lax),
        }),
    ];
}
