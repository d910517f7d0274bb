using LiteDB;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Storage.Records;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbFlowRecords(LiteDbScope scope) : IFlowRecords
{
    public Task AddAsync(ChallengeFlow flow) => scope.WriteAsync(unit =>
    {
        unit.Add(Collections.Flows, From(flow));
        if (flow.ReplacesSessionId is { } session)
            unit.Put(Collections.Replacing, NewDocument((Fields.Id, Keys.Join(session, flow.Id))));
    });

    public Task<ChallengeFlow?> FindByTokenAsync(byte[] tokenHash) =>
        scope.ReadAsync(unit => unit.FindBy(Collections.Flows, Fields.Token, tokenHash) is { } found ? To(found) : null);

    public Task<ChallengeFlow?> FindAsync(string id) =>
        scope.ReadAsync(unit => unit.Find(Collections.Flows, id) is { } found ? To(found) : null);

    public Task<ChallengeFlow?> FindHeldAsync(string id) => FindAsync(id);

    public Task<bool> TryUpdateAsync(ChallengeFlow flow) => scope.WriteAsync(unit =>
    {
        if (unit.Find(Collections.Flows, flow.Id) is not { } found || To(found) is not { IsEnded: false } kept || kept.Version != flow.Version)
            return false;
        unit.Put(Collections.Flows, From(kept with
        {
            TokenHash = flow.TokenHash,
            PolicyName = flow.PolicyName,
            ReturnUrl = flow.ReturnUrl,
            Proofs = flow.Proofs,
            ProtectedRecoveryCodes = flow.ProtectedRecoveryCodes,
            Version = flow.Version + 1,
            Purpose = flow.Purpose,
            IsEnded = flow.IsEnded,
        }));
        return true;
    });

    public Task<bool> TryDeleteAsync(string id) => scope.WriteAsync(unit => Cascades.TryDeleteFlow(unit, id));

    public Task<IReadOnlyList<ChallengeFlow>> ListAsync(string accountId) => scope.ReadAsync<IReadOnlyList<ChallengeFlow>>(unit =>
        [.. unit.ReadOwned(Collections.Flows, accountId).Select(To)]);

    public Task<IReadOnlyList<ChallengeFlow>> ListReplacingAsync(string sessionId) => scope.ReadAsync<IReadOnlyList<ChallengeFlow>>(unit =>
    [
        .. unit.ReadAll(Collections.Replacing, Fields.Id, Keys.Under(sessionId))
            .Select(one => unit.Find(Collections.Flows, Keys.SecondOf(one.Id))).OfType<BsonDocument>().Select(To),
    ]);

    private static BsonDocument From(ChallengeFlow flow) => NewDocument(
        (Fields.Id, flow.Id),
        (Fields.Token, flow.TokenHash),
        (Fields.Owner, Keys.Join(flow.AccountId, flow.Id)),
        (Fields.End, Ms(flow.ExpiresAt)),
        (Fields.Policy, flow.PolicyName),
        (Fields.ReturnUrl, flow.ReturnUrl),
        (Fields.Proofs, ProofFields.From(flow.Proofs)),
        (Fields.Replaces, TextOrNone(flow.ReplacesSessionId)),
        (Fields.StepsUp, Flag(flow.StepsUp)),
        (Fields.Secret, BytesOrNone(flow.ProtectedRecoveryCodes)),
        (Fields.Made, Ms(flow.CreatedAt)),
        (Fields.Version, flow.Version),
        (Fields.Kind, (int)flow.Purpose),
        (Fields.Ended, Flag(flow.IsEnded)));

    private static ChallengeFlow To(BsonDocument document) => new(
        document.Id, document.Bytes(Fields.Token), document.OwnerId, document.Text(Fields.Policy), document.Text(Fields.ReturnUrl),
        ProofFields.To(document[Fields.Proofs].AsArray), document.TextOrNull(Fields.Replaces), document.BytesOrNull(Fields.Secret),
        document.Time(Fields.Made), document.Time(Fields.End), document.Int(Fields.Version))
    {
        StepsUp = document.IsSet(Fields.StepsUp),
        Purpose = (FlowPurpose)document.Int(Fields.Kind),
        IsEnded = document.IsSet(Fields.Ended),
    };
}
