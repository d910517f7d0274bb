using MfaGateway.Core.Storage;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class TotpContract(StoreEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task An_authenticator_is_read_as_it_was_confirmed()
    {
        var ada = await AddAccountAsync();
        var authenticator = await AddAuthenticatorAsync(ada.Id);

        Assert.Equivalent(authenticator, Assert.Single(await Store.Totp.ListAsync(ada.Id, Token)), strict: true);
        Assert.Empty(await Store.Totp.ListAsync(Identifiers.New(), Token));
    }

    [Fact]
    public async Task A_step_is_accepted_once_and_never_an_earlier_one()
    {
        var ada = await AddAccountAsync();
        var authenticator = await AddAuthenticatorAsync(ada.Id, lastUsedStep: 100);

        Assert.False(await AdvanceAsync(authenticator.Id, 100)); // the code that enrolled
        Assert.False(await AdvanceAsync(authenticator.Id, 99));
        Assert.True(await AdvanceAsync(authenticator.Id, 102));
        Assert.False(await AdvanceAsync(authenticator.Id, 102));
        Assert.False(await AdvanceAsync(authenticator.Id, 101));
        Assert.True(await AdvanceAsync(authenticator.Id, 103));
        Assert.False(await AdvanceAsync(Identifiers.New(), 200));

        var stored = Assert.Single(await Store.Totp.ListAsync(ada.Id, Token));
        Assert.Equal(103, stored.LastUsedStep);
        Assert.Equal(Now.AddSeconds(103), stored.LastUsedAt);
    }

    [Fact]
    public async Task Of_many_who_race_with_one_code_exactly_one_passes()
    {
        var ada = await AddAccountAsync();
        var authenticator = await AddAuthenticatorAsync(ada.Id);
        await using var otherNode = Place.Connect();

        var passed = await RaceAsync(number =>
            (number % 2 == 0 ? Store : otherNode).Totp.TryAdvanceTotpStepAsync(authenticator.Id, 101, Now, Token));

        Assert.Single(passed, true);
    }

    [Fact]
    public async Task Racing_with_different_codes_never_lets_a_step_pass_twice_or_the_counter_fall()
    {
        var ada = await AddAccountAsync();
        var authenticator = await AddAuthenticatorAsync(ada.Id, lastUsedStep: 0);

        var passed = await RaceAsync(async number => (Step: number % 8 + 1, Passed: await AdvanceAsync(authenticator.Id, number % 8 + 1)));

        Assert.All(
            passed.Where(racer => racer.Passed).GroupBy(racer => racer.Step),
            step => Assert.Single(step));
        Assert.Equal(8, Assert.Single(await Store.Totp.ListAsync(ada.Id, Token)).LastUsedStep);
    }

    [Fact]
    public async Task A_page_loaded_twice_shows_the_secret_of_the_first_time()
    {
        var ada = await AddAccountAsync();
        var first = NewPending(ada.Id, "a flow");

        Assert.Equivalent(first, await Store.Totp.AddOrGetPendingAsync(first, Now, Token), strict: true);
        var second = first with { ProtectedSecret = [4, 4, 4], ExpiresAt = Now.AddMinutes(11) };
        Assert.Equivalent(first, await Store.Totp.AddOrGetPendingAsync(second, Now.AddMinutes(1), Token), strict: true);

        Assert.Equivalent(first, await Store.Totp.FindPendingAsync("a flow", Now.AddMinutes(9), Token), strict: true);
        Assert.Null(await Store.Totp.FindPendingAsync("another flow", Now, Token));
    }

    [Fact]
    public async Task Of_many_secrets_offered_for_one_flow_all_are_told_the_same()
    {
        var ada = await AddAccountAsync();

        var kept = await RaceAsync(number => Store.Totp.AddOrGetPendingAsync(
            NewPending(ada.Id, "a flow") with { ProtectedSecret = [(byte)number] }, Now, Token));

        Assert.Single(kept.Select(pending => pending.ProtectedSecret[0]).Distinct());
    }

    [Fact]
    public async Task An_expired_secret_is_gone_and_replaced()
    {
        var ada = await AddAccountAsync();
        var first = NewPending(ada.Id, "a flow");
        await Store.Totp.AddOrGetPendingAsync(first, Now, Token);

        Assert.Null(await Store.Totp.FindPendingAsync("a flow", first.ExpiresAt, Token));
        Assert.False(await Store.Totp.TryConfirmPendingAsync("a flow", NewAuthenticator(ada.Id), null, [], first.ExpiresAt, Token));
        Assert.Empty(await Store.Totp.ListAsync(ada.Id, Token));

        var second = first with { ProtectedSecret = [4, 4, 4], ExpiresAt = first.ExpiresAt.AddMinutes(10) };
        Assert.Equivalent(second, await Store.Totp.AddOrGetPendingAsync(second, first.ExpiresAt, Token), strict: true);
    }

    [Fact]
    public async Task Of_many_confirmations_of_one_secret_exactly_one_adds_an_authenticator()
    {
        var ada = await AddAccountAsync();
        await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, "a flow"), Now, Token);

        bool[] confirmed = [];
        Assert.True(await RaisesChangeMarkAsync(async () => confirmed = await RaceAsync(
            _ => Store.Totp.TryConfirmPendingAsync("a flow", NewAuthenticator(ada.Id), null, [], Now, Token))));

        Assert.Single(confirmed, true);
        Assert.Single(await Store.Totp.ListAsync(ada.Id, Token));
        Assert.Null(await Store.Totp.FindPendingAsync("a flow", Now, Token));
    }

    [Fact]
    public async Task Of_many_first_authenticators_one_is_kept_with_the_codes_that_came_with_it()
    {
        var ada = await AddAccountAsync();
        for (var number = 0; number < Racers; number++)
            await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, $"flow {number}"), Now, Token);

        var kept = await RaceAsync(number => Store.Totp.TryConfirmPendingAsync(
            $"flow {number}", NewAuthenticator(ada.Id), new([(byte)number], [[(byte)number]]), [], Now, Token));

        var winner = Assert.Single(Enumerable.Range(0, Racers), number => kept[number]);
        Assert.Single(await Store.Totp.ListAsync(ada.Id, Token));
        Assert.Equal([(byte)winner], (await Store.RecoveryCodes.FindSetAsync(ada.Id, Token))!.Salt);
        Assert.True(await Store.RecoveryCodes.TryConsumeRecoveryCodeAsync(ada.Id, [(byte)winner], Now, 1, [], Token));
    }

    [Fact]
    public async Task A_secret_that_was_offered_since_is_not_confirmed_by_the_one_before()
    {
        var ada = await AddAccountAsync();
        var before = NewAuthenticator(ada.Id);
        await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, "a flow") with { ProtectedSecret = [7, 7] }, Now, Token);

        Assert.False(await Store.Totp.TryConfirmPendingAsync("a flow", before, null, [], Now, Token));

        Assert.Empty(await Store.Totp.ListAsync(ada.Id, Token));
        Assert.NotNull(await Store.Totp.FindPendingAsync("a flow", Now, Token));
    }

    [Fact]
    public async Task A_secret_is_not_confirmed_for_another_account()
    {
        var (ada, eve) = (await AddAccountAsync("ada"), await AddAccountAsync("eve"));
        await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, "a flow"), Now, Token);

        Assert.False(await Store.Totp.TryConfirmPendingAsync("a flow", NewAuthenticator(eve.Id), null, [], Now, Token));

        Assert.Empty(await Store.Totp.ListAsync(eve.Id, Token));
        Assert.NotNull(await Store.Totp.FindPendingAsync("a flow", Now, Token));
    }

    [Fact]
    public async Task A_deleted_secret_is_confirmed_no_more()
    {
        var ada = await AddAccountAsync();
        await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, "a flow"), Now, Token);

        await Store.Totp.DeletePendingAsync("a flow", Token);

        Assert.False(await Store.Totp.TryConfirmPendingAsync("a flow", NewAuthenticator(ada.Id), null, [], Now, Token));
    }

    [Fact]
    public async Task An_authenticator_is_renamed_by_its_owner_alone()
    {
        var (ada, eve) = (await AddAccountAsync("ada"), await AddAccountAsync("eve"));
        var authenticator = await AddAuthenticatorAsync(ada.Id);

        Assert.False(await Store.Totp.RenameAsync(eve.Id, authenticator.Id, "Eve's", entry: null, Token));
        Assert.Equal("Phone of Ada", Assert.Single(await Store.Totp.ListAsync(ada.Id, Token)).Name);

        Assert.True(await Store.Totp.RenameAsync(ada.Id, authenticator.Id, "Tablet", entry: null, Token));
        Assert.Equal("Tablet", Assert.Single(await Store.Totp.ListAsync(ada.Id, Token)).Name);
    }

    [Fact]
    public async Task A_new_authenticator_ends_everything_but_the_flow_and_the_session_that_brought_it()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        var (here, elsewhere, bobs) = (await StartSessionAsync(ada.Id), await StartSessionAsync(ada.Id), await StartSessionAsync(bob.Id));
        var (adding, other) = (await AddFlowAsync(ada.Id, here.Id), await AddFlowAsync(ada.Id, here.Id));
        await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, adding.Id), Now, Token);
        await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, other.Id), Now, Token);
        var epoch = (await Store.Accounts.FindAsync(ada.Id, Token))!.SignInEpoch;

        Assert.True(await Store.Totp.TryConfirmPendingAsync(adding.Id, NewAuthenticator(ada.Id), null, [], Now, Token));

        Assert.NotNull(await Store.Sessions.FindAsync(here.TokenHash, Token));
        Assert.Null(await Store.Sessions.FindAsync(elsewhere.TokenHash, Token));
        Assert.NotNull(await Store.Sessions.FindAsync(bobs.TokenHash, Token));
        Assert.NotNull(await Store.Flows.FindAsync(adding.TokenHash, Now, Token));
        Assert.Null(await Store.Flows.FindAsync(other.TokenHash, Now, Token));
        Assert.False(await Store.Totp.TryConfirmPendingAsync(other.Id, NewAuthenticator(ada.Id), null, [], Now, Token));
        Assert.False(await Store.Flows.TryAddAsync(NewFlow(ada.Id), epoch, Token)); // a password that was on its way
    }

    [Fact]
    public async Task A_secret_pending_in_a_session_that_was_ended_is_confirmed_no_more()
    {
        var ada = await AddAccountAsync();
        var (one, two) = (await StartSessionAsync(ada.Id), await StartSessionAsync(ada.Id));
        var (first, second) = (await AddFlowAsync(ada.Id, one.Id), await AddFlowAsync(ada.Id, two.Id));
        await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, first.Id), Now, Token);
        await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, second.Id), Now, Token);

        await Store.Sessions.EndAsync(one.Id, Token);
        Assert.False(await Store.Totp.TryConfirmPendingAsync(first.Id, NewAuthenticator(ada.Id), null, [], Now, Token));

        await Store.Sessions.EndAllAsync(ada.Id, exceptId: null, Token);
        Assert.False(await Store.Totp.TryConfirmPendingAsync(second.Id, NewAuthenticator(ada.Id), null, [], Now, Token));
    }

    private Task<bool> AdvanceAsync(string authenticatorId, long step) =>
        Store.Totp.TryAdvanceTotpStepAsync(authenticatorId, step, Now.AddSeconds(step), Token);
}

public sealed class TotpOnSqlite() : TotpContract(StoreEngine.Sqlite);

public sealed class TotpOnPostgreSql() : TotpContract(StoreEngine.PostgreSql);

public sealed class TotpOnLiteDb() : TotpContract(StoreEngine.LiteDb);

public sealed class TotpOnMemory() : TotpContract(StoreEngine.Memory);
