using System.Globalization;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;

namespace MfaGateway.Core.Sessions;

/// <summary>Administrators end other people's sessions. It is felt by the next request, and cuts what is still open.</summary>
public sealed class SessionAdministration(SessionStore sessions, TimeProvider time)
{
    /// <summary>Ends one session of this account.</summary>
    /// <returns>False when the account has no such session (any more).</returns>
    public async Task<bool> EndAsync(Account account, string? sessionId, Actor actor, CancellationToken cancellationToken)
    {
        var own = await sessions.ListAsync(account.Id, cancellationToken);
        return own.FirstOrDefault(session => session.Id == sessionId) is { } found
            && await sessions.EndAsync(found.Id, EntryOf(account, actor, "one, by an administrator"), cancellationToken);
    }

    /// <summary>Signs a person out everywhere, and voids the sign-ins under way.</summary>
    /// <returns>How many sessions ended.</returns>
    public Task<int> EndAllAsync(Account account, Actor actor, CancellationToken cancellationToken) =>
        sessions.EndAllAsync(
            account.Id, exceptId: null, ended => EntryOf(account, actor, string.Create(CultureInfo.InvariantCulture, $"all: {ended}")), cancellationToken);

    private AuditEntry EntryOf(Account account, Actor actor, string detail) =>
        new(time.GetUtcNow(), AuditEvents.SessionEnded, account.Id, actor.Name, actor.ClientAddress, Succeeded: true, detail);
}
