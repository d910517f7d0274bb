using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Memory;

internal sealed class MemoryTransaction(MemoryScope scope) : IStoreWrite
{
    public IAccountRecords Accounts { get; } = new MemoryAccountRecords(scope);

    public IAccountSearch AccountSearch { get; } = new MemoryAccountSearch(scope);

    public IDeletedAccountRecords DeletedAccounts { get; } = new MemoryDeletedAccountRecords(scope);

    public IPasswordRecords Passwords { get; } = new MemoryPasswordRecords(scope);

    public IPasswordTokenRecords PasswordTokens { get; } = new MemoryPasswordTokenRecords(scope);

    public ITotpRecords Totp { get; } = new MemoryTotpRecords(scope);

    public IPendingTotpRecords PendingTotp { get; } = new MemoryPendingTotpRecords(scope);

    public IRecoveryCodeRecords RecoveryCodes { get; } = new MemoryRecoveryCodeRecords(scope);

    public IEnrollmentCodeRecords EnrollmentCodes { get; } = new MemoryEnrollmentCodeRecords(scope);

    public ICodeRequestRecords CodeRequests { get; } = new MemoryCodeRequestRecords(scope);

    public IIssuedCodeRecords IssuedCodes { get; } = new MemoryIssuedCodeRecords(scope);

    public IAttemptRecords Attempts { get; } = new MemoryAttemptRecords(scope);

    public IFlowRecords Flows { get; } = new MemoryFlowRecords(scope);

    public ISessionRecords Sessions { get; } = new MemorySessionRecords(scope);

    public IKnownBrowserRecords KnownBrowsers { get; } = new MemoryKnownBrowserRecords(scope);

    public IApplicationRecords Applications { get; } = new MemoryApplicationRecords(scope);

    public ISigningKeyRecords SigningKeys { get; } = new MemorySigningKeyRecords(scope);

    public IAuditRecords Audit { get; } = new MemoryAuditRecords(scope);

    public IMailRecords Mail { get; } = new MemoryMailRecords(scope);

    public IChangeRecords Changes { get; } = new MemoryChangeRecords(scope);

    public IFactRecords Facts { get; } = new MemoryFactRecords(scope);

    // Nothing is held: the work is alone.
    public Task<bool> HoldAccountAsync(string accountId) => scope.Write(state => state.Accounts.ContainsKey(accountId));

    public void Undo() => scope.Undo();

    public Task<int> DeleteExpiredAsync(DateTimeOffset now) => scope.Write(state =>
    {
        var before = Count(state);
        state.Sessions = state.Sessions.RemoveRange(state.Sessions.Values.Where(one => one.ExpiresAt <= now).Select(one => one.Id));
        state.Successions = state.Successions.RemoveRange(state.Successions.Where(one => one.Value.ExpiresAt <= now).Select(one => one.Key));
        state.PendingTotp = state.PendingTotp.RemoveRange(state.PendingTotp.Values.Where(one => one.ExpiresAt <= now).Select(one => one.FlowId));
        foreach (var flow in state.Flows.Values.Where(one => one.ExpiresAt <= now))
            Cascades.DeleteFlow(state, flow.Id);
        foreach (var request in state.CodeRequests.Values.Where(one => one.ExpiresAt <= now))
            Cascades.DeleteRequest(state, request.Id);
        state.Attempts = state.Attempts.RemoveRange(state.Attempts.Values.Where(one => one.ForgetAt <= now).Select(one => one.Key));
        state.KnownBrowsers = state.KnownBrowsers.RemoveRange(state.KnownBrowsers.Values.Where(one => one.ExpiresAt <= now).Select(one => one.Id));
        state.PasswordTokens = state.PasswordTokens.RemoveRange(state.PasswordTokens.Where(one => one.Value.Token.ExpiresAt <= now).Select(one => one.Key));
        state.Mails = state.Mails.RemoveRange(state.Mails.Values.Where(one => one.ExpiresAt <= now).Select(one => one.Mail.Id));
        return before - Count(state);
    });

    private static int Count(MemoryState state) =>
        state.Sessions.Count + state.Successions.Count + state.PendingTotp.Count + state.Flows.Count + state.CodeRequests.Count
        + state.Attempts.Count + state.KnownBrowsers.Count + state.PasswordTokens.Count + state.Mails.Count;
}
