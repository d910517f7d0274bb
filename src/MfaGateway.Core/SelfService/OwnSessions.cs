using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.SelfService;

/// <summary>Where a person is signed in. Ending asks for no fresh proof: whoever fears a break-in must not be held up.</summary>
public sealed class OwnSessions(
    SessionStore sessions, OwnChangeStore changes, GatewaySessionOptions options, TimeProvider time)
{
    /// <summary>Those that would still be let in, the latest used first.</summary>
    public async Task<IReadOnlyList<GatewaySession>> ListAsync(string accountId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return
        [
            .. (await sessions.ListAsync(accountId, cancellationToken))
                .Where(session => SessionRules.IsLive(session, session.LastSeenAt, now, options)),
        ];
    }

    public async Task<OwnChange> EndAsync(ActingSession who, string? id, CancellationToken cancellationToken)
    {
        var entry = who.EntryOf(AuditEvents.SessionEnded, time.GetUtcNow(), SessionEndings.Another);
        return id is not null && await sessions.EndOwnAsync(who.Account.Id, id, entry, cancellationToken)
            ? new OwnChange.Done(SessionToken: null)
            : new OwnChange.NotFound();
    }

    /// <summary>Ends all but this one, which goes on under a new token: a copy of its cookie is worth nothing from then on.</summary>
    public async Task<OwnChange> EndOthersAsync(ActingSession who, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var token = SecretToken.New();
        var trace = new ChangeTrace(who.EntryOf(AuditEvents.SessionEnded, now, SessionEndings.Others), []);
        return await changes.EndOtherSessionsAsync(who.Renew(token, now), trace, cancellationToken)
            ? new OwnChange.Done(token)
            : new OwnChange.SessionOver();
    }
}
