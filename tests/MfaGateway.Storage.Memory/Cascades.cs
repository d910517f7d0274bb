namespace MfaGateway.Storage.Memory;

/// <summary>What goes with what it belongs to.</summary>
internal static class Cascades
{
    public static void DeleteAccount(MemoryState state, string id)
    {
        foreach (var flow in state.Flows.Values.Where(flow => flow.AccountId == id))
            DeleteFlow(state, flow.Id);
        foreach (var request in state.CodeRequests.Values.Where(request => request.AccountId == id))
            DeleteRequest(state, request.Id);
        state.Passwords = state.Passwords.Remove(id);
        state.RecoveryCodes = state.RecoveryCodes.Remove(id);
        state.EnrollmentCodes = state.EnrollmentCodes.Remove(id);
        state.PasswordTokens = state.PasswordTokens.RemoveRange(state.PasswordTokens.Where(one => one.Value.AccountId == id).Select(one => one.Key));
        state.Totp = state.Totp.RemoveRange(state.Totp.Values.Where(one => one.AccountId == id).Select(one => one.Id));
        state.PendingTotp = state.PendingTotp.RemoveRange(state.PendingTotp.Values.Where(one => one.AccountId == id).Select(one => one.FlowId));
        state.Sessions = state.Sessions.RemoveRange(state.Sessions.Values.Where(one => one.AccountId == id).Select(one => one.Id));
        state.KnownBrowsers = state.KnownBrowsers.RemoveRange(state.KnownBrowsers.Values.Where(one => one.AccountId == id).Select(one => one.Id));
        state.Accounts = state.Accounts.Remove(id);
    }

    public static void DeleteFlow(MemoryState state, string id)
    {
        state.PendingTotp = state.PendingTotp.Remove(id);
        foreach (var request in state.CodeRequests.Values.Where(request => request.FlowId == id))
            DeleteRequest(state, request.Id);
        state.Flows = state.Flows.Remove(id);
    }

    public static void DeleteRequest(MemoryState state, string id)
    {
        state.IssuedCodes = state.IssuedCodes.RemoveRange(state.IssuedCodes.Values.Where(code => code.RequestId == id).Select(code => code.Id));
        state.CodeRequests = state.CodeRequests.Remove(id);
    }
}
