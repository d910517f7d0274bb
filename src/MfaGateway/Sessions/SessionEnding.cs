using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Sessions;

namespace MfaGateway.Sessions;

/// <summary>Ends sessions. The store tells the rest of this process, and other nodes find it in its log of changes.</summary>
public sealed class SessionEnding(ISessionStore store, IAuditStore audit, TimeProvider time)
{
    public async Task SignOutAsync(LiveSession live, ClientContext client, CancellationToken cancellationToken)
    {
        var ended = await store.EndAsync(live.Session.Id, cancellationToken);
        if (!ended)
            return;

        var account = live.Account.Id;
        await audit.AppendAsync(
            new(time.GetUtcNow(), AuditEvents.SessionEnded, account, account, client.Address, true, "signed out"), CancellationToken.None);
    }
}
