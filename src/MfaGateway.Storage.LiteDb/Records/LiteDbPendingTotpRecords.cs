using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage.Records;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbPendingTotpRecords(LiteDbScope scope) : IPendingTotpRecords
{
    public Task<PendingTotp?> FindAsync(string flowId) => scope.ReadAsync(unit =>
        unit.Find(Collections.PendingTotp, flowId) is { } found
            ? new PendingTotp(flowId, found.OwnerId, found.Bytes(Fields.Secret), LiteDbTotpRecords.ParametersOf(found), found.Time(Fields.End))
            : null);

    public Task<bool> TryAddAsync(PendingTotp pending, DateTimeOffset now) => scope.WriteAsync(unit =>
    {
        if (unit.Find(Collections.PendingTotp, pending.FlowId) is { } kept && kept.Long(Fields.End) > now.ToUnixTimeMilliseconds())
            return false;
        unit.Put(Collections.PendingTotp, NewDocument(
            (Fields.Id, pending.FlowId),
            (Fields.Owner, Keys.Join(pending.AccountId, pending.FlowId)),
            (Fields.End, Ms(pending.ExpiresAt)),
            (Fields.Secret, pending.ProtectedSecret),
            (Fields.Algorithm, (int)pending.Parameters.Algorithm),
            (Fields.Digits, pending.Parameters.Digits),
            (Fields.Period, pending.Parameters.PeriodSeconds)));
        return true;
    });

    public Task<bool> TryDeleteAsync(string flowId) => scope.WriteAsync(unit => unit.TryDelete(Collections.PendingTotp, flowId));

    public Task DeleteAllAsync(string accountId, string? exceptFlowId) => scope.WriteAsync(unit => unit.DeleteAll(
        Collections.PendingTotp,
        unit.ReadOwned(Collections.PendingTotp, accountId).Where(one => one.Id != exceptFlowId)));
}
