using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Memory;

internal sealed class MemoryFlowRecords(MemoryScope scope) : IFlowRecords
{
    public Task AddAsync(ChallengeFlow flow) => scope.Write(state => state.Flows = state.Flows.With(flow.Id, flow));

    public Task<ChallengeFlow?> FindByTokenAsync(byte[] tokenHash) =>
        scope.Read(state => state.Flows.Values.FirstOrDefault(flow => flow.TokenHash.AsSpan().SequenceEqual(tokenHash)));

    public Task<ChallengeFlow?> FindAsync(string id) => scope.Read(state => state.Flows.GetValueOrDefault(id));

    public Task<ChallengeFlow?> FindHeldAsync(string id) => FindAsync(id);

    public Task<bool> TryUpdateAsync(ChallengeFlow flow) => scope.Write(state =>
    {
        if (state.Flows.GetValueOrDefault(flow.Id) is not { IsEnded: false } kept || kept.Version != flow.Version)
            return false;
        state.Flows = state.Flows.SetItem(flow.Id, kept with
        {
            TokenHash = flow.TokenHash,
            PolicyName = flow.PolicyName,
            ReturnUrl = flow.ReturnUrl,
            Proofs = flow.Proofs,
            ProtectedRecoveryCodes = flow.ProtectedRecoveryCodes,
            Version = flow.Version + 1,
            Purpose = flow.Purpose,
            IsEnded = flow.IsEnded,
        });
        return true;
    });

    public Task<bool> TryDeleteAsync(string id) => scope.Write(state =>
    {
        var wasThere = state.Flows.ContainsKey(id);
        Cascades.DeleteFlow(state, id);
        return wasThere;
    });

    public Task<IReadOnlyList<ChallengeFlow>> ListAsync(string accountId) =>
        scope.Read<IReadOnlyList<ChallengeFlow>>(state => [.. state.Flows.Values.Where(flow => flow.AccountId == accountId)]);

    public Task<IReadOnlyList<ChallengeFlow>> ListReplacingAsync(string sessionId) =>
        scope.Read<IReadOnlyList<ChallengeFlow>>(state => [.. state.Flows.Values.Where(flow => flow.ReplacesSessionId == sessionId)]);
}

internal sealed class MemoryCodeRequestRecords(MemoryScope scope) : ICodeRequestRecords
{
    public Task<CodeRequest?> FindAsync(string id) => scope.Read(state => state.CodeRequests.GetValueOrDefault(id));

    public Task<CodeRequest?> FindByTokenAsync(byte[] tokenHash) =>
        scope.Read(state => state.CodeRequests.Values.FirstOrDefault(request => request.TokenHash.AsSpan().SequenceEqual(tokenHash)));

    public Task<CodeRequest?> FindOfFlowAsync(string flowId) =>
        scope.Read(state => state.CodeRequests.Values.FirstOrDefault(request => request.FlowId == flowId));

    public Task<bool> TryAddAsync(CodeRequest request) => scope.Write(state =>
    {
        if (request.FlowId is { } flow && state.CodeRequests.Values.Any(other => other.FlowId == flow))
            return false;
        state.CodeRequests = state.CodeRequests.With(request.Id, request);
        return true;
    });

    public Task<bool> TryUpdateAsync(CodeRequest seen, CodeRequest wanted) => scope.Write(state =>
    {
        if (state.CodeRequests.GetValueOrDefault(wanted.Id) is not { } kept || kept.State != seen.State || kept.CodesSent != seen.CodesSent)
            return false;
        state.CodeRequests = state.CodeRequests.SetItem(wanted.Id, kept with
        {
            FlowId = wanted.FlowId,
            AccountId = wanted.AccountId,
            CodesSent = wanted.CodesSent,
            LastSentAt = wanted.LastSentAt,
            ExpiresAt = wanted.ExpiresAt,
            State = wanted.State,
            UsedCodeId = wanted.UsedCodeId,
        });
        return true;
    });

    public Task DeleteAsync(string id) => scope.Write(state => Cascades.DeleteRequest(state, id));

    public Task<IReadOnlyList<CodeRequest>> ListWaitingAsync(string accountId) => scope.Read<IReadOnlyList<CodeRequest>>(state =>
        [.. state.CodeRequests.Values.Where(request => request.AccountId == accountId && request.State != CodeRequestState.Used)]);

    public Task<IReadOnlyList<IssuedCode>> ListUsedAsync(string? accountId, string applicationId) => scope.Read<IReadOnlyList<IssuedCode>>(state =>
    [
        .. state.CodeRequests.Values
            .Where(request => accountId is not null && request.AccountId == accountId && request.ApplicationId == applicationId)
            .Select(request => request.UsedCodeId is { } used ? state.IssuedCodes.GetValueOrDefault(used) : null).OfType<IssuedCode>(),
    ]);

    public Task<IReadOnlyList<CodeRequest>> ListAllAsync(string after, int count) => scope.Read(state => state.CodeRequests.Behind(after, count));
}

internal sealed class MemoryIssuedCodeRecords(MemoryScope scope) : IIssuedCodeRecords
{
    public Task AddAsync(IssuedCode code) => scope.Write(state => state.IssuedCodes = state.IssuedCodes.With(code.Id, code));

    public Task<IssuedCode?> FindByLinkAsync(byte[] linkHash) =>
        scope.Read(state => state.IssuedCodes.Values.FirstOrDefault(code => code.LinkHash.AsSpan().SequenceEqual(linkHash)));

    public Task<IReadOnlyList<IssuedCode>> ListAsync(string requestId) => scope.Read<IReadOnlyList<IssuedCode>>(state =>
        [.. state.IssuedCodes.Values.Where(code => code.RequestId == requestId).OrderBy(code => code.Number)]);
}

internal sealed class MemoryApplicationRecords(MemoryScope scope) : IApplicationRecords
{
    public Task<ApplicationSecretRow?> FindSecretAsync(string applicationId, int? generation) => scope.Read(state => state.Secrets.Values
        .Where(row => row.ApplicationId == applicationId && (generation is null || row.Generation == generation)).MaxBy(row => row.Generation));

    public Task<bool> TryAddSecretAsync(ApplicationSecretRow row) => scope.Write(state =>
    {
        var key = $"{row.ApplicationId}/{row.Generation}";
        if (state.Secrets.ContainsKey(key))
            return false;
        state.Secrets = state.Secrets.With(key, row);
        return true;
    });

    public Task<IReadOnlyDictionary<string, ApplicationSettings>> ListSettingsAsync() =>
        scope.Read<IReadOnlyDictionary<string, ApplicationSettings>>(state => state.Settings);

    public Task SetSettingsAsync(string applicationId, ApplicationSettings settings) =>
        scope.Write(state => state.Settings = state.Settings.SetItem(applicationId, settings));

    public Task<IReadOnlyList<ApplicationSecretRow>> ListSecretsAsync() => scope.Read<IReadOnlyList<ApplicationSecretRow>>(state =>
        [.. state.Secrets.Values.OrderBy(row => row.ApplicationId, StringComparer.Ordinal).ThenBy(row => row.Generation)]);
}
