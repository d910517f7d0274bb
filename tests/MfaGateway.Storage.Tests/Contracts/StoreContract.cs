using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

/// <summary>What every engine must do. A contract is an abstract class; each engine runs it with one line at its end.</summary>
public abstract class StoreContract(StoreEngine engine) : IAsyncLifetime
{
    protected const int Racers = 64;

    protected static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, 250, TimeSpan.Zero);

    private StoreFixture? _place;
    private StoreServices? _store;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected StoreFixture Place => _place!;

    protected StoreServices Store => _store!;

    public async ValueTask InitializeAsync()
    {
        _place = await engine.AddPlaceAsync();
        _store = await _place.CreateAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        if (_place is not null)
            await _place.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts all racers at once and waits for all.</summary>
    protected static async Task<T[]> RaceAsync<T>(Func<int, Task<T>> run, int racers = Racers)
    {
        var gun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = Enumerable.Range(0, racers).Select(number => Task.Run(
            async () =>
            {
                await gun.Task;
                return await run(number);
            },
            Token)).ToList();
        gun.SetResult();
        return await Task.WhenAll(running);
    }

    protected static Account NewAccount(string userName) => new(
        Identifiers.New(), userName, $"{userName}@example.org", $"The {userName}", ["staff", "night shift"], false, Now, null);

    protected async Task<Account> AddAccountAsync(string userName = "ada")
    {
        var account = NewAccount(userName);
        Assert.Equal(AddAccountResult.Added, await Store.Accounts.AddAsync(account, "hash of " + userName, entry: null, Token));
        return account;
    }

    protected static ChallengeFlow NewFlow(string accountId, string? replacesSessionId = null) => new(
        Identifiers.New(), SecretToken.New().Hash, accountId, "two-factor", "/wiki?a=1&b=ä",
        [new Proof(FactorKind.Password, Now)], replacesSessionId, null, Now, Now.AddMinutes(10), 1);

    protected async Task<ChallengeFlow> AddFlowAsync(string accountId, string? replacesSessionId = null)
    {
        var flow = NewFlow(accountId, replacesSessionId);
        var account = await Store.Accounts.FindAsync(accountId, Token);
        Assert.True(await Store.Flows.TryAddAsync(flow, account!.SignInEpoch, Token));
        return flow;
    }

    protected static GatewaySession NewSession(string accountId, DateTimeOffset? lastSeenAt = null) => new(
        Identifiers.New(), SecretToken.New().Hash, accountId,
        [new Proof(FactorKind.Password, Now), new Proof(FactorKind.Totp, Now.AddSeconds(7))],
        Now, lastSeenAt ?? Now, Now.AddHours(12), "2001:db8::7", "Mozilla/5.0 (Ünïcode)");

    protected async Task<GatewaySession> StartSessionAsync(string accountId, DateTimeOffset? lastSeenAt = null)
    {
        var session = NewSession(accountId, lastSeenAt);
        var flow = await AddFlowAsync(accountId);
        Assert.True(await Store.Sessions.TryStartAsync(session, SessionOrigin.Flow(flow.Id), null, 100, Token));
        return session;
    }

    protected static PendingTotp NewPending(string accountId, string flowId) => new(
        flowId, accountId, [1, 2, 3, 0, 255], new TotpParameters(TotpHash.Sha256, 8, 60), Now.AddMinutes(10));

    protected static TotpAuthenticator NewAuthenticator(string accountId, long lastUsedStep = 100) => new(
        Identifiers.New(), accountId, "Phone of Ada", [1, 2, 3, 0, 255], new TotpParameters(TotpHash.Sha512, 8, 60), lastUsedStep, Now, null);

    protected async Task<TotpAuthenticator> AddAuthenticatorAsync(string accountId, long lastUsedStep = 100)
    {
        var flowId = Identifiers.New();
        await Store.Totp.AddOrGetPendingAsync(NewPending(accountId, flowId), Now, Token);
        var authenticator = NewAuthenticator(accountId, lastUsedStep);
        Assert.True(await Store.Totp.TryConfirmPendingAsync(flowId, authenticator, null, [], Now, Token));
        return authenticator;
    }

    protected Task<AccountChange> SetDisabledAsync(string accountId, bool disabled = true) =>
        Store.Administration.SetDisabledAsync(accountId, disabled, "admins", NewTrace(accountId, "tested"), Token);

    protected static ChangeTrace NewTrace(string accountId, string what, params OutboxMail[] mails) =>
        new(new AuditEntry(Now, what, accountId, "tester", null, true, null), mails);

    /// <summary>What a node sees that polls the mark, asked through connections of its own.</summary>
    protected async Task<bool> RaisesChangeMarkAsync(Func<Task> change)
    {
        await using var otherNode = Place.Connect();
        var before = await otherNode.Lifecycle.ReadChangesAsync(0, Token);
        await change();
        var after = await otherNode.Lifecycle.ReadChangesAsync(0, Token);
        Assert.True(after.Mark >= before.Mark);
        return after.Mark > before.Mark;
    }

    /// <summary>Of whom another node is told that they have changed.</summary>
    protected async Task<AccountChanges> ChangesOfAsync(Func<Task> change)
    {
        await using var otherNode = Place.Connect();
        var before = await otherNode.Lifecycle.ReadChangesAsync(0, Token);
        await change();
        return await otherNode.Lifecycle.ReadChangesAsync(before.Mark, Token);
    }
}
