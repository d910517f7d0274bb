using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors;
using MfaGateway.Core.SelfService;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class OwnChangeContract(StoreEngine engine) : StoreContract(engine)
{
    private static readonly Proof[] PasswordAlone = [new(FactorKind.Password, Now)];

    [Fact]
    public async Task Removing_one_of_several_keeps_the_rest_and_the_codes_and_ends_everything_else()
    {
        var (ada, here) = await AddVisitorAsync();
        var (phone, tablet) = (await AddAuthenticatorBesideAsync(ada, here), await AddAuthenticatorBesideAsync(ada, here));
        await Store.RecoveryCodes.ReplaceAllAsync(ada.Id, new([1], [[1, 1]]), Now, Token);
        var elsewhere = await StartSessionAsync(ada.Id);
        var flow = await AddFlowAsync(ada.Id, here.Id);
        var epoch = (await Store.Accounts.FindAsync(ada.Id, Token))!.SignInEpoch;
        var token = SecretToken.New();

        Assert.True(await RaisesChangeMarkAsync(async () => Assert.Equal(
            AuthenticatorRemoval.Removed, await RemoveAsync(ada, here, phone, token))));

        Assert.Equal(tablet, Assert.Single(await Store.Totp.ListAsync(ada.Id, Token)).Id);
        Assert.Equal(1, (await Store.RecoveryCodes.FindSetAsync(ada.Id, Token))!.Remaining);
        Assert.Null(await Store.Sessions.FindAsync(here.TokenHash, Token));
        Assert.Null(await Store.Sessions.FindAsync(elsewhere.TokenHash, Token));
        Assert.Null(await Store.Flows.FindAsync(flow.TokenHash, Now, Token));
        Assert.False(await Store.Flows.TryAddAsync(NewFlow(ada.Id), epoch, Token));
        var kept = await Store.Sessions.FindAsync(token.Hash, Token);
        Assert.Equivalent(here with { Id = kept!.Id, TokenHash = token.Hash }, kept, strict: true);
        Assert.Equal(kept.Id, (await Store.Sessions.FindSuccessorAsync(here.Id, Token))!.Id);
    }

    [Fact]
    public async Task Removing_the_last_one_clears_codes_counters_and_what_the_session_proved_with_it()
    {
        var (ada, here) = await AddVisitorAsync();
        var phone = await AddAuthenticatorBesideAsync(ada, here);
        await Store.RecoveryCodes.ReplaceAllAsync(ada.Id, new([1], [[1, 1]]), Now, Token);
        var bucket = new AttemptBucket("second-factor/" + ada.Id, 1, TimeSpan.FromMinutes(15));
        Assert.IsType<AttemptReservation.Granted>(await Store.Attempts.TryReserveAttemptAsync([bucket], Now, Token));
        var token = SecretToken.New();

        Assert.Equal(AuthenticatorRemoval.RemovedLast, await RemoveAsync(ada, here, phone, token, [bucket.Key]));

        Assert.Empty(await Store.Totp.ListAsync(ada.Id, Token));
        Assert.Null(await Store.RecoveryCodes.FindSetAsync(ada.Id, Token));
        Assert.IsType<AttemptReservation.Granted>(await Store.Attempts.TryReserveAttemptAsync([bucket], Now, Token));
        Assert.Equal(PasswordAlone, (await Store.Sessions.FindAsync(token.Hash, Token))!.Proofs);
    }

    [Fact]
    public async Task What_is_somebody_elses_or_asked_by_a_session_that_is_over_changes_nothing()
    {
        var (ada, here) = await AddVisitorAsync("ada");
        var (eve, there) = await AddVisitorAsync("eve");
        var phone = await AddAuthenticatorBesideAsync(ada, here);

        Assert.Equal(AuthenticatorRemoval.NotFound, await RemoveAsync(eve, there, phone, SecretToken.New()));
        Assert.Equal(AuthenticatorRemoval.SessionOver, await RemoveAsync(ada, there, phone, SecretToken.New()));
        Assert.Equal(AuthenticatorRemoval.SessionOver, await RemoveAsync(ada, here with { TokenHash = [1] }, phone, SecretToken.New()));
        await Store.Sessions.EndAsync(here.Id, Token);
        Assert.False(await RaisesChangeMarkAsync(async () => Assert.Equal(
            AuthenticatorRemoval.SessionOver, await RemoveAsync(ada, here, phone, SecretToken.New()))));

        Assert.Single(await Store.Totp.ListAsync(ada.Id, Token));
        Assert.NotNull(await Store.Sessions.FindAsync(there.TokenHash, Token));
    }

    [Fact]
    public async Task Of_many_who_race_in_one_session_exactly_one_removes_and_has_its_new_token()
    {
        var (ada, here) = await AddVisitorAsync();
        var phone = await AddAuthenticatorBesideAsync(ada, here);
        await using var otherNode = Place.Connect();
        var tokens = Enumerable.Range(0, Racers).Select(_ => SecretToken.New()).ToArray();

        var removals = await RaceAsync(number => RemoveAsync(
            ada, here, phone, tokens[number], [], number % 2 == 0 ? Store : otherNode));

        var winner = Assert.Single(Enumerable.Range(0, Racers), number => removals[number] == AuthenticatorRemoval.RemovedLast);
        Assert.NotNull(await Store.Sessions.FindAsync(tokens[winner].Hash, Token));
        Assert.Single(await Store.Sessions.ListAsync(ada.Id, Token));
    }

    private async Task<(Account Account, GatewaySession Session)> AddVisitorAsync(string userName = "ada")
    {
        var account = await AddAccountAsync(userName);
        return (account, await StartSessionAsync(account.Id));
    }

    /// <summary>Adds one in a flow of this session, which therefore goes on.</summary>
    private async Task<string> AddAuthenticatorBesideAsync(Account account, GatewaySession session)
    {
        var flow = await AddFlowAsync(account.Id, session.Id);
        await Store.Totp.AddOrGetPendingAsync(NewPending(account.Id, flow.Id), Now, Token);
        var authenticator = NewAuthenticator(account.Id);
        Assert.True(await Store.Totp.TryConfirmPendingAsync(flow.Id, authenticator, null, [], Now, Token));
        return authenticator.Id;
    }

    private Task<AuthenticatorRemoval> RemoveAsync(
        Account account, GatewaySession session, string id, SecretToken token, string[]? counters = null,
        Storage.Sql.SqlStore? node = null) =>
        (node ?? Store).OwnChanges.RemoveAuthenticatorAsync(
            new(session with { AccountId = account.Id }, session with { Id = Identifiers.New(), TokenHash = token.Hash, AccountId = account.Id }),
            id, PasswordAlone, counters ?? [], Token);
}

public sealed class OwnChangesOnSqlite() : OwnChangeContract(StoreEngine.Sqlite);

public sealed class OwnChangesOnPostgreSql() : OwnChangeContract(StoreEngine.PostgreSql);
