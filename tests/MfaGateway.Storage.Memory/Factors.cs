using System.Collections.Immutable;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Storage.Memory;

internal sealed class MemoryPasswordTokenRecords(MemoryScope scope) : IPasswordTokenRecords
{
    public Task<AccountPasswordToken?> FindAsync(byte[] tokenHash) => scope.Read(state =>
        state.PasswordTokens.GetValueOrDefault(MemoryState.KeyOf(tokenHash)) is { AccountId: { } account } kept
            ? new AccountPasswordToken(account, kept.Token)
            : null);

    public Task SetAsync(string? accountId, PasswordToken token) => scope.Write(state =>
    {
        var before = state.PasswordTokens
            .Where(one => accountId is not null && one.Value.AccountId == accountId && one.Value.Token.Purpose == token.Purpose).Select(one => one.Key);
        state.PasswordTokens = state.PasswordTokens.RemoveRange(before).With(MemoryState.KeyOf(token.Hash), new KeptToken(accountId, token));
    });

    public Task<bool> TryTakeAsync(byte[] tokenHash) => scope.Write(state =>
    {
        var before = state.PasswordTokens.Count;
        state.PasswordTokens = state.PasswordTokens.Remove(MemoryState.KeyOf(tokenHash));
        return state.PasswordTokens.Count < before;
    });

    public Task DeleteAsync(string accountId, PasswordTokenPurpose? purpose) => scope.Write(state =>
        state.PasswordTokens = state.PasswordTokens.RemoveRange(state.PasswordTokens
            .Where(one => one.Value.AccountId == accountId && (purpose is null || one.Value.Token.Purpose == purpose)).Select(one => one.Key)));

    public Task<IReadOnlyList<PasswordToken>> ListAsync(string accountId) => scope.Read<IReadOnlyList<PasswordToken>>(state =>
        [.. state.PasswordTokens.Values.Where(one => one.AccountId == accountId).Select(one => one.Token).OrderBy(token => token.Purpose)]);
}

internal sealed class MemoryTotpRecords(MemoryScope scope) : ITotpRecords
{
    public Task<IReadOnlyList<TotpAuthenticator>> ListAsync(string accountId) => scope.Read<IReadOnlyList<TotpAuthenticator>>(state =>
        [.. state.Totp.Values.Where(one => one.AccountId == accountId).OrderBy(one => one.CreatedAt)]);

    public Task AddAsync(TotpAuthenticator authenticator) => scope.Write(state => state.Totp = state.Totp.With(authenticator.Id, authenticator));

    public Task<bool> TryAdvanceStepAsync(string authenticatorId, long step, DateTimeOffset? usedAt) => scope.Write(state =>
    {
        if (state.Totp.GetValueOrDefault(authenticatorId) is not { } kept || kept.LastUsedStep >= step)
            return false;
        state.Totp = state.Totp.SetItem(authenticatorId, kept with { LastUsedStep = step, LastUsedAt = usedAt ?? kept.LastUsedAt });
        return true;
    });

    public Task<bool> TryRenameAsync(string accountId, string authenticatorId, string name) => scope.Write(state =>
    {
        if (state.Totp.GetValueOrDefault(authenticatorId) is not { } kept || kept.AccountId != accountId)
            return false;
        state.Totp = state.Totp.SetItem(authenticatorId, kept with { Name = name });
        return true;
    });

    public Task<bool> TryDeleteAsync(string accountId, string authenticatorId) => scope.Write(state =>
    {
        if (state.Totp.GetValueOrDefault(authenticatorId) is not { } kept || kept.AccountId != accountId)
            return false;
        state.Totp = state.Totp.Remove(authenticatorId);
        return true;
    });

    public Task DeleteAllAsync(string accountId) => scope.Write(state =>
        state.Totp = state.Totp.RemoveRange(state.Totp.Values.Where(one => one.AccountId == accountId).Select(one => one.Id)));
}

internal sealed class MemoryPendingTotpRecords(MemoryScope scope) : IPendingTotpRecords
{
    public Task<PendingTotp?> FindAsync(string flowId) => scope.Read(state => state.PendingTotp.GetValueOrDefault(flowId));

    public Task<bool> TryAddAsync(PendingTotp pending, DateTimeOffset now) => scope.Write(state =>
    {
        if (state.PendingTotp.GetValueOrDefault(pending.FlowId) is { } kept && kept.ExpiresAt > now)
            return false;
        state.PendingTotp = state.PendingTotp.SetItem(pending.FlowId, pending);
        return true;
    });

    public Task<bool> TryDeleteAsync(string flowId) => scope.Write(state =>
    {
        var before = state.PendingTotp.Count;
        state.PendingTotp = state.PendingTotp.Remove(flowId);
        return state.PendingTotp.Count < before;
    });

    public Task DeleteAllAsync(string accountId, string? exceptFlowId) => scope.Write(state => state.PendingTotp = state.PendingTotp.RemoveRange(
        state.PendingTotp.Values.Where(one => one.AccountId == accountId && one.FlowId != exceptFlowId).Select(one => one.FlowId)));
}

internal sealed class MemoryRecoveryCodeRecords(MemoryScope scope) : IRecoveryCodeRecords
{
    public Task<RecoveryCodeSet?> FindSetAsync(string accountId) => scope.Read(state =>
        state.RecoveryCodes.GetValueOrDefault(accountId) is { } kept ? new RecoveryCodeSet(kept.Salt, kept.Unused.Count, kept.MadeAt) : null);

    public Task ReplaceAsync(string accountId, NewRecoveryCodes codes, DateTimeOffset at) => scope.Write(state =>
        state.RecoveryCodes = state.RecoveryCodes.SetItem(accountId, new KeptCodes(codes.Salt, at, [.. codes.Hashes])));

    public Task<bool> TryConsumeAsync(string accountId, byte[] hash, DateTimeOffset at) => scope.Write(state =>
    {
        if (state.RecoveryCodes.GetValueOrDefault(accountId) is not { } kept
            || kept.Unused.FindIndex(unused => unused.AsSpan().SequenceEqual(hash)) is var place && place < 0)
        {
            return false;
        }

        state.RecoveryCodes = state.RecoveryCodes.SetItem(accountId, kept with { Unused = kept.Unused.RemoveAt(place) });
        return true;
    });

    public Task DeleteAllAsync(string accountId) => scope.Write(state => state.RecoveryCodes = state.RecoveryCodes.Remove(accountId));

    public Task<NewRecoveryCodes?> FindUnusedAsync(string accountId) => scope.Read(state =>
        state.RecoveryCodes.GetValueOrDefault(accountId) is { } kept
            ? new NewRecoveryCodes(kept.Salt, [.. kept.Unused.OrderBy(Convert.ToHexString, StringComparer.Ordinal)])
            : null);
}

internal sealed class MemoryEnrollmentCodeRecords(MemoryScope scope) : IEnrollmentCodeRecords
{
    public Task<EnrollmentCodeRecord?> FindAsync(string accountId) => scope.Read(state => state.EnrollmentCodes.GetValueOrDefault(accountId));

    public Task SetAsync(string accountId, EnrollmentCodeRecord code) =>
        scope.Write(state => state.EnrollmentCodes = state.EnrollmentCodes.SetItem(accountId, code));

    public Task DeleteAsync(string accountId) => scope.Write(state => state.EnrollmentCodes = state.EnrollmentCodes.Remove(accountId));
}

internal sealed class MemoryAttemptRecords(MemoryScope scope) : IAttemptRecords
{
    public async Task<AttemptState> HoldAsync(AttemptBucket bucket) => await FindHeldAsync(bucket.Key) ?? AttemptState.Empty;

    public Task<AttemptState?> FindHeldAsync(string key) => scope.Write(state => state.Attempts.GetValueOrDefault(key)?.State);

    public Task SaveAsync(AttemptBucket bucket, AttemptState attempts, DateTimeOffset forgetAt) => scope.Write(state =>
        state.Attempts = state.Attempts.SetItem(bucket.Key, new KeptAttempts(bucket.Key, bucket.Kind, bucket.AccountId, attempts, forgetAt)));

    public Task DeleteAsync(string key) => scope.Write(state => state.Attempts = state.Attempts.Remove(key));

    public Task<IReadOnlyList<AttemptRecord>> ListAsync(string accountId) => scope.Read<IReadOnlyList<AttemptRecord>>(state =>
        [.. state.Attempts.Values.Where(one => one.AccountId == accountId).Select(one => new AttemptRecord(one.Key, one.Limit, one.State))]);

    public Task<IReadOnlyList<string>> ListKeysAsync(string prefix) => scope.Read<IReadOnlyList<string>>(state =>
        [.. state.Attempts.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))]);

    public Task<IReadOnlyList<KeptAttempts>> ListAllAsync(string after, int count) => scope.Read(state => state.Attempts.Behind(after, count));
}
