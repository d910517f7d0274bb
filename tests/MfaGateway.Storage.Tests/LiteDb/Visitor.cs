using System.Collections.Immutable;
using System.Globalization;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using Xunit;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>
/// An account that signs in and out, one transaction of the gateway after the other, and knows what the store must hold of it: what the
/// last answered transaction left, or all that the one under way writes as well.
/// </summary>
internal sealed class Visitor(string id)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private long _number;
    private State _answered = State.Empty;
    private State? _underWay;

    private string AttemptKey => $"account/{id}/codes";

    public int Answered { get; private set; }

    public async Task AddAsync(StoreServices store)
    {
        var account = new Account(id, id, $"{id}@example.org", id, ["staff"], Disabled: false, Now, LastSignInAt: null);
        Assert.Equal(AddAccountResult.Added, await store.Accounts.AddAsync(account, "hash", entry: null, CancellationToken.None));
        var phone = new TotpAuthenticator(id, id, "Phone", [1], TotpParameters.Default, LastUsedStep: 0, Now, LastUsedAt: null);
        await store.Transactions.WriteAsync(transaction => transaction.Totp.AddAsync(phone), CancellationToken.None);
    }

    /// <summary>Until the store is unavailable.</summary>
    public async Task WorkAsync(StoreServices store, Dice dice)
    {
        while (true)
        {
            await OneAsync(store, dice);
            Answered++;
        }
    }

    /// <summary>Holds the store against what it must have. What it has is what the next transaction follows.</summary>
    public async Task CheckAsync(StoreServices store)
    {
        var found = await ReadAsync(store);
        string[] allowed = [_answered.ToString(), (_underWay ?? _answered).ToString()];
        Assert.Contains(found.ToString(), allowed);
        (_answered, _underWay) = (found, null);
    }

    private Task OneAsync(StoreServices store, Dice dice) => dice.Below(4) switch
    {
        0 => ReserveAsync(store),
        1 => AdvanceAsync(store),
        _ when _answered.Flow is null => BeginAsync(store),
        _ when _answered.Sessions.Count < 5 => StartAsync(store, _answered.Flow),
        _ => EndAsync(store, _answered.Sessions.Skip(dice.Below(_answered.Sessions.Count)).First()),
    };

    private async Task BeginAsync(StoreServices store)
    {
        var flow = new ChallengeFlow(
            NewName("flow"), SecretToken.New().Hash, id, "two-factor", "/", [new Proof(FactorKind.Password, Now)], null, null, Now, Now.AddDays(1), 1);
        await RunAsync(_answered with { Flow = flow.Id }, () => store.Flows.TryAddAsync(flow, signInEpoch: 0, CancellationToken.None));
    }

    private Task ReserveAsync(StoreServices store) => RunAsync(
        _answered with { Attempts = _answered.Attempts + 1 },
        async () => await store.Attempts.TryReserveAttemptAsync(
            [new AttemptBucket(AttemptLimit.Codes, AttemptKey, int.MaxValue, TimeSpan.FromDays(1)) { AccountId = id }], Now, CancellationToken.None)
            is AttemptReservation.Granted);

    /// <summary>An answer that was right: its step is spent, the counter emptied, and both recorded.</summary>
    private Task AdvanceAsync(StoreServices store)
    {
        var entry = NewEntry("step");
        var next = _answered.With(entry) with { Attempts = 0, Step = _answered.Step + 1 };
        return RunAsync(next, () => store.Transactions.WriteAsync(
            async transaction =>
            {
                await transaction.Attempts.DeleteAsync(AttemptKey);
                transaction.Keep(entry);
                return await transaction.Totp.TryAdvanceStepAsync(id, next.Step, Now);
            },
            CancellationToken.None));
    }

    private async Task StartAsync(StoreServices store, string flow)
    {
        var session = new GatewaySession(
            NewName("session"), SecretToken.New().Hash, id, [new Proof(FactorKind.Totp, Now)], Now, Now, Now.AddHours(12), "192.0.2.1", "agent");
        var entry = NewEntry("in " + session.Id);
        var next = _answered.With(entry) with { Flow = null, Sessions = _answered.Sessions.Add(session.Id) };
        await RunAsync(next, () => store.Sessions.TryStartAsync(
            session, SessionOrigin.Flow(flow), replaces: null, mostPerAccount: 100, entry, CancellationToken.None));
    }

    private Task EndAsync(StoreServices store, string session)
    {
        var entry = NewEntry("out " + session);
        return RunAsync(
            _answered.With(entry) with { Sessions = _answered.Sessions.Remove(session) },
            () => store.Sessions.EndAsync(session, entry, CancellationToken.None));
    }

    private async Task RunAsync(State next, Func<Task<bool>> act)
    {
        _underWay = next;
        Assert.True(await act());
        (_answered, _underWay) = (next, null);
    }

    private async Task<State> ReadAsync(StoreServices store)
    {
        var entries = await store.Audit.ListAsync(new AuditFilter { AccountId = id }, null, int.MaxValue, CancellationToken.None);
        var open = (await store.Transactions.ReadAsync(records => records.Flows.ListAsync(id), CancellationToken.None)).Where(flow => !flow.IsEnded);
        var counters = await store.Transactions.ReadAsync(records => records.Attempts.ListAsync(id), CancellationToken.None);
        return new State(
            counters.Sum(counter => counter.State.Attempts),
            (await store.Totp.ListAsync(id, CancellationToken.None)).Single().LastUsedStep,
            open.SingleOrDefault()?.Id,
            [.. (await store.Sessions.ListAsync(id, CancellationToken.None)).Select(session => session.Id)],
            [.. entries.Reverse().Select(entry => entry.Entry.Detail!)]);
    }

    private AuditEntry NewEntry(string detail) => new(Now, "tested", id, id, null, Succeeded: true, NewName(detail));

    // A name that is never given twice, whether or not what had it was kept.
    private string NewName(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind} {id} {++_number}");

    private sealed record State(long Attempts, long Step, string? Flow, ImmutableSortedSet<string> Sessions, ImmutableList<string> Entries)
    {
        public static State Empty { get; } = new(0, 0, null, ImmutableSortedSet.Create<string>(StringComparer.Ordinal), []);

        public State With(AuditEntry entry) => this with { Entries = Entries.Add(entry.Detail!) };

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Attempts} attempts, step {Step}, flow {Flow}, sessions {string.Join(", ", Sessions.Order(StringComparer.Ordinal))}, entries {string.Join(", ", Entries)}");
    }
}
