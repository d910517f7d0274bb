using System.Globalization;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;

namespace MfaGateway.Core.Sessions;

/// <summary>Administrators end other people's sessions. It is felt by the next request, and cuts what is still open.</summary>
public sealed class SessionAdministration(ISessionStore sessions, IAuditStore audit, TimeProvider time)
{
    /// <summary>Ends one session of this account.</summary>
    /// <returns>False when the account has no such session (any more).</returns>
    public async Task<bool> EndAsync(Account account, string? sessionId, Actor actor, CancellationToken cancellationToken)
    {
        var own = await sessions.ListAsync(account.Id, cancellationToken);
        if (own.FirstOrDefault(session => session.Id == sessionId) is not { } found || !await sessions.EndAsync(found.Id, cancellationToken))
            return false;

        await RecordAsync(account, actor, "one, by an administrator");
        return true;
    }

    /// <summary>Signs a person out everywhere, and voids the sign-ins under way.</summary>
    /// <returns>How many sessions ended.</returns>
    public async Task<int> EndAllAsync(Account account, Actor actor, CancellationToken cancellationToken)
    {
        var ended = await sessions.EndAllAsync(account.Id, exceptId: null, cancellationToken);
        await RecordAsync(account, actor, string.Create(CultureInfo.InvariantCulture, $"all: {ended}"));
        return ended;
    }

    // It is done: whoever hangs up now does not keep it out of the trail.
    private Task RecordAsync(Account account, Actor actor, string detail) =>
        audit.AppendAsync(
            new(time.GetUtcNow(), AuditEvents.SessionEnded, account.Id, actor.Name, actor.ClientAddress, Succeeded: true, detail),
            CancellationToken.None);
}
