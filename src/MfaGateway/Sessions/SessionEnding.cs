using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Sessions;

namespace MfaGateway.Sessions;

/// <summary>Ends sessions. The store tells the rest of this process, and other nodes find it in its log of changes.</summary>
public sealed class SessionEnding(SessionStore store, TimeProvider time)
{
    public Task SignOutAsync(LiveSession live, ClientContext client, CancellationToken cancellationToken)
    {
        var account = live.Account.Id;
        return store.EndAsync(
            live.Session.Id,
            new AuditEntry(time.GetUtcNow(), AuditEvents.SessionEnded, account, account, client.Address, Succeeded: true, "signed out"),
            cancellationToken);
    }
}
