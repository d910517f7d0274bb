using LiteDB;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Work;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbCodeRequestRecords(LiteDbScope scope) : ICodeRequestRecords
{
    public Task<CodeRequest?> FindAsync(string id) =>
        scope.ReadAsync(unit => unit.Find(Collections.CodeRequests, id) is { } found ? To(found) : null);

    public Task<CodeRequest?> FindByTokenAsync(byte[] tokenHash) => FindByAsync(Fields.Token, tokenHash);

    public Task<CodeRequest?> FindOfFlowAsync(string flowId) => FindByAsync(Fields.Of, flowId);

    public Task<bool> TryAddAsync(CodeRequest request) => scope.WriteAsync(unit =>
    {
        if (request.FlowId is { } flow && unit.FindBy(Collections.CodeRequests, Fields.Of, flow) is not null)
            return false;
        unit.Add(Collections.CodeRequests, From(request));
        return true;
    });

    public Task<bool> TryUpdateAsync(CodeRequest seen, CodeRequest wanted) => scope.WriteAsync(unit =>
    {
        if (unit.Find(Collections.CodeRequests, wanted.Id) is not { } found || To(found) is not { } kept
            || kept.State != seen.State || kept.CodesSent != seen.CodesSent)
        {
            return false;
        }

        if (wanted.FlowId is { } flow && unit.FindBy(Collections.CodeRequests, Fields.Of, flow) is { } other && other.Id != wanted.Id)
            throw new InvalidOperationException($"The flow {flow} has the request {other.Id} already.");
        unit.Put(Collections.CodeRequests, From(kept with
        {
            FlowId = wanted.FlowId,
            AccountId = wanted.AccountId,
            CodesSent = wanted.CodesSent,
            LastSentAt = wanted.LastSentAt,
            ExpiresAt = wanted.ExpiresAt,
            State = wanted.State,
            UsedCodeId = wanted.UsedCodeId,
        }));
        return true;
    });

    public Task DeleteAsync(string id) => scope.WriteAsync(unit => Cascades.DeleteRequest(unit, id));

    public Task<IReadOnlyList<CodeRequest>> ListWaitingAsync(string accountId) => scope.ReadAsync<IReadOnlyList<CodeRequest>>(unit =>
        [.. unit.ReadOwned(Collections.CodeRequests, accountId).Select(To).Where(request => request.State != CodeRequestState.Used)]);

    public Task<IReadOnlyList<IssuedCode>> ListUsedAsync(string? accountId, string applicationId) =>
        scope.ReadAsync<IReadOnlyList<IssuedCode>>(unit =>
        [
            .. unit.ReadOwned(Collections.CodeRequests, accountId ?? string.Empty).Select(To)
                .Where(request => request.ApplicationId == applicationId && request.UsedCodeId is not null)
                .SelectMany(request => LiteDbIssuedCodeRecords.List(unit, request.Id).Where(code => code.Id == request.UsedCodeId)),
        ]);

    public Task<IReadOnlyList<CodeRequest>> ListAllAsync(string after, int count) => scope.ReadAsync<IReadOnlyList<CodeRequest>>(unit =>
        [.. unit.Read(Collections.CodeRequests, Fields.Id, KeyRange.Above(after), count).Select(To)]);

    private Task<CodeRequest?> FindByAsync(string index, BsonValue key) =>
        scope.ReadAsync(unit => unit.FindBy(Collections.CodeRequests, index, key) is { } found ? To(found) : null);

    private static BsonDocument From(CodeRequest request) => NewDocument(
        (Fields.Id, request.Id),
        (Fields.Token, request.TokenHash),
        (Fields.Of, TextOrNone(request.FlowId)),
        (Fields.Owner, TextOrNone(Keys.JoinIf(request.AccountId, request.Id))),
        (Fields.End, Ms(request.ExpiresAt)),
        (Fields.Application, request.ApplicationId),
        (Fields.Email, request.Email),
        (Fields.Registers, Flag(request.Registers)),
        (Fields.Policy, request.PolicyName),
        (Fields.ReturnUrl, request.ReturnUrl),
        (Fields.Match, request.MatchNumber),
        (Fields.Client, request.ClientAddress),
        (Fields.Agent, request.UserAgent),
        (Fields.Count, request.CodesSent),
        (Fields.Seen, Ms(request.LastSentAt)),
        (Fields.Made, Ms(request.CreatedAt)),
        (Fields.State, (int)request.State),
        (Fields.Item, TextOrNone(request.UsedCodeId)));

    private static CodeRequest To(BsonDocument document) => new(
        document.Id, document.Bytes(Fields.Token), document.OwnerIdOrNull, document.Text(Fields.Application), document.Text(Fields.Email),
        document.Text(Fields.Policy), document.Text(Fields.ReturnUrl), document.Int(Fields.Match), document.Text(Fields.Client),
        document.Text(Fields.Agent), document.Int(Fields.Count), document.Time(Fields.Seen), document.Time(Fields.Made),
        document.Time(Fields.End), (CodeRequestState)document.Int(Fields.State))
    {
        FlowId = document.TextOrNull(Fields.Of),
        Registers = document.IsSet(Fields.Registers),
        UsedCodeId = document.TextOrNull(Fields.Item),
    };
}
