using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Benchmarks.Stores;

/// <summary>What a sign-in with a password and a code, and a sign-out, write to the store.</summary>
internal sealed class SignIns(StoreServices stores, TimeProvider timeProvider)
{
    private const int MaxSessions = 10;

    private static readonly TimeSpan FlowLifetime = TimeSpan.FromMinutes(1);

    /// <returns>The session that was started.</returns>
    /// <exception cref="InvalidOperationException">The store refused one of its steps.</exception>
    public async Task<GatewaySession> SignInAsync(int person, long step)
    {
        var (now, id) = (timeProvider.GetUtcNow(), Population.IdOf(person));
        var flow = new ChallengeFlow(
            Identifiers.New(), SecretToken.New().Hash, id, "two-factor", "/reports", [new Proof(FactorKind.Password, now)], null, null, now,
            now + FlowLifetime, 1);
        var account = await stores.Accounts.FindAsync(id, CancellationToken.None);
        Require(await stores.Flows.TryAddAsync(flow, account!.SignInEpoch, CancellationToken.None));
        Require(await stores.Attempts.TryReserveAttemptAsync(BucketsOf(id, flow.Id), now, CancellationToken.None) is AttemptReservation.Granted);
        Require(await stores.Transactions.WriteAsync(transaction => transaction.Totp.TryAdvanceStepAsync(id, step, now), CancellationToken.None));
        var session = Population.NewSession(id, now);
        var entry = new AuditEntry(now, AuditEvents.SessionStarted, id, id, "192.0.2.1", Succeeded: true, session.Id);
        Require(await stores.Sessions.TryStartAsync(
            session, SessionOrigin.Flow(flow.Id), replaces: null, MaxSessions, entry, CancellationToken.None));
        return session;
    }

    public async Task SignOutAsync(GatewaySession session)
    {
        var now = timeProvider.GetUtcNow();
        var entry = new AuditEntry(now, AuditEvents.SessionEnded, session.AccountId, session.AccountId, "192.0.2.1", Succeeded: true, session.Id);
        await stores.Sessions.EndAsync(session.Id, entry, CancellationToken.None);
    }

    private static AttemptBucket[] BucketsOf(string account, string flow) =>
    [
        new(AttemptLimit.Codes, $"account/{account}/codes", int.MaxValue, TimeSpan.FromMinutes(15)) { AccountId = account },
        new(AttemptLimit.Challenge, $"flow/{flow}", int.MaxValue, FlowLifetime) { AccountId = account },
    ];

    private static void Require(bool done)
    {
        if (!done)
            throw new InvalidOperationException("The store refused a step of a sign-in.");
    }
}
