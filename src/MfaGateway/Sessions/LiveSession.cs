using System.Security.Claims;
using MfaGateway.Core.Access;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.IdentityHeaders;
using MfaGateway.Core.Sessions;
using MfaGateway.Proxying;
using Microsoft.AspNetCore.Authentication;

namespace MfaGateway.Sessions;

/// <summary>
/// A session with everything about it that does not change from one request to the next, made once when it is read from
/// the store and shared by all its requests. It stands in <c>HttpContext.Features</c> of a signed-in request.
/// </summary>
public sealed class LiveSession
{
    private readonly Lock _writingGate = new();
    private Task? _writing;
    private long _lastSeenTicks;
    private long _storedLastSeenTicks;
    private volatile bool _isOutdated;

    public LiveSession(GatewaySession session, Account account, EnrolledFactors enrolled)
    {
        Session = session;
        Account = account;
        Subject = new AccessSubject(UserNames.Fold(account.UserName), [.. account.Groups.Select(GroupNames.Fold)], session.Proofs, enrolled);
        Strength = ChallengeRules.StrengthOf(session.Proofs);
        Identity = new PreparedIdentity(StatementOf(session, account));
        Principal = PrincipalOf(account);
        Authenticated = Task.FromResult(AuthenticateResult.Success(
            new AuthenticationTicket(Principal, SessionAuthenticationHandler.SchemeName)));
        _lastSeenTicks = _storedLastSeenTicks = session.LastSeenAt.UtcTicks;
    }

    public GatewaySession Session { get; }

    public Account Account { get; }

    public AccessSubject Subject { get; }

    public Strength Strength { get; }

    /// <summary>What upstream apps are told.</summary>
    public PreparedIdentity Identity { get; }

    /// <summary>What the framework is told.</summary>
    public ClaimsPrincipal Principal { get; }

    /// <summary>The same as the answer to being asked who it is.</summary>
    public Task<AuthenticateResult> Authenticated { get; }

    /// <summary>Whether something has changed since this was read: it must be read again before anybody else is let in on it.</summary>
    public bool IsOutdated => _isOutdated;

    /// <summary>The latest use that this process knows of.</summary>
    public DateTimeOffset LastSeenAt => new(Interlocked.Read(ref _lastSeenTicks), TimeSpan.Zero);

    public void Outdate() => _isOutdated = true;

    /// <summary>Notes a use.</summary>
    public void See(DateTimeOffset now)
    {
        // Of two that race the older may win; no limit can tell them apart.
        if (now.UtcTicks > Interlocked.Read(ref _lastSeenTicks))
            Interlocked.Exchange(ref _lastSeenTicks, now.UtcTicks);
    }

    /// <summary>Whether uses are noted that the store must be told of.</summary>
    public bool HasUseToWrite(TimeSpan writeEvery) =>
        Interlocked.Read(ref _lastSeenTicks) - Interlocked.Read(ref _storedLastSeenTicks) >= writeEvery.Ticks;

    /// <summary>Notes a use. True when the stored time is so old that it must be written before the session is used on.</summary>
    public bool See(DateTimeOffset now, TimeSpan writeEvery)
    {
        // A late writer may set the time back by the length of one request, which no limit can tell.
        Interlocked.Exchange(ref _lastSeenTicks, now.UtcTicks);
        return now.UtcTicks - Interlocked.Read(ref _storedLastSeenTicks) >= writeEvery.Ticks;
    }

    /// <summary>Writes the use into the store. Requests that come meanwhile wait for the same writing.</summary>
    /// <exception cref="Core.Storage.StoreUnavailableException">It is not written; the next request tries again.</exception>
    public Task WriteSeenAsync(SessionStore store, DateTimeOffset now)
    {
        lock (_writingGate)
        {
            // Not on this thread, which holds the lock; not with any one request's token, since others wait as well.
            if (_writing is null or { IsCompleted: true })
                _writing = Task.Run(() => WriteAsync(store, now), CancellationToken.None);
            return _writing;
        }
    }

    private async Task WriteAsync(SessionStore store, DateTimeOffset now)
    {
        await store.TouchAsync(Session.Id, now, CancellationToken.None);
        Interlocked.Exchange(ref _storedLastSeenTicks, now.UtcTicks);
    }

    private static ClaimsPrincipal PrincipalOf(Account account) =>
        new(new ClaimsIdentity(
            [new Claim("sub", account.Id), new Claim("name", account.UserName)],
            SessionAuthenticationHandler.SchemeName, nameType: "name", roleType: "groups"));

    private static IdentityStatement StatementOf(GatewaySession session, Account account) => new()
    {
        Subject = account.Id,
        UserName = account.UserName,
        Email = account.Email,
        Name = account.DisplayName,
        Groups = account.Groups,
        Amr = AuthenticationMethods.Of(session.Proofs),
        Acr = StrengthNames.ContextOf(session.Proofs),
        AuthTime = session.SignedInAt,
        SessionId = session.Id,
        Proofs = session.Proofs
            .ToDictionary(proof => AuthenticationMethods.ProofNameOf(proof.Factor), proof => proof.At),
    };
}
