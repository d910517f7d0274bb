using MfaGateway.Core.Accounts;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class SessionContract(StoreEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task A_session_is_read_as_it_was_started_even_after_its_time()
    {
        var ada = await AddAccountAsync();
        var session = await StartSessionAsync(ada.Id);

        Assert.Equivalent(session, await Store.Sessions.FindAsync(session.TokenHash, Token), strict: true);
        Assert.Equivalent(session, Assert.Single(await Store.Sessions.ListAsync(ada.Id, Token)), strict: true);
        Assert.Null(await Store.Sessions.FindAsync(SecretToken.New().Hash, Token));
        Assert.Empty(await Store.Sessions.ListAsync(Identifiers.New(), Token));
    }

    [Fact]
    public async Task Starting_ends_the_flow_and_the_session_it_replaces()
    {
        var ada = await AddAccountAsync();
        var old = await StartSessionAsync(ada.Id);
        var flow = await AddFlowAsync(ada.Id, old.Id);
        await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, flow.Id), Now, Token);
        var stepped = NewSession(ada.Id);

        Assert.True(await RaisesChangeMarkAsync(
            async () => Assert.True(await Store.Sessions.TryStartAsync(stepped, SessionOrigin.Flow(flow.Id), new(old.Id, MustStand: true), 10, Token))));

        Assert.Null(await Store.Sessions.FindAsync(old.TokenHash, Token));
        Assert.NotNull(await Store.Sessions.FindAsync(stepped.TokenHash, Token));
        Assert.Null(await Store.Flows.FindAsync(flow.TokenHash, Now, Token));
        Assert.Null(await Store.Totp.FindPendingAsync(flow.Id, Now, Token));
    }

    [Fact]
    public async Task A_session_that_was_stepped_up_is_carried_on_by_the_last_of_its_line()
    {
        var ada = await AddAccountAsync();
        var first = await StartSessionAsync(ada.Id);
        var second = await StepUpAsync(first);
        var third = await StepUpAsync(second);

        Assert.Equivalent(third, await Store.Sessions.FindSuccessorAsync(first.Id, Token), strict: true);
        Assert.Equivalent(third, await Store.Sessions.FindSuccessorAsync(second.Id, Token), strict: true);
        Assert.Null(await Store.Sessions.FindSuccessorAsync(third.Id, Token));

        await Store.Sessions.EndAsync(third.Id, Token);
        Assert.Null(await Store.Sessions.FindSuccessorAsync(first.Id, Token));
    }

    [Fact]
    public async Task A_session_whose_step_up_changed_a_factor_is_carried_on_by_none()
    {
        var ada = await AddAccountAsync();
        var old = await StartSessionAsync(ada.Id);
        var flow = await AddFlowAsync(ada.Id, old.Id);

        Assert.True(await Store.Sessions.TryStartAsync(
            NewSession(ada.Id), SessionOrigin.Flow(flow.Id), new(old.Id, MustStand: true) { ChangedFactors = true }, 10, Token));

        Assert.Null(await Store.Sessions.FindSuccessorAsync(old.Id, Token));
    }

    [Fact]
    public async Task A_session_that_a_new_sign_in_ended_is_carried_on_by_none()
    {
        var ada = await AddAccountAsync();
        var old = await StartSessionAsync(ada.Id);
        var flow = await AddFlowAsync(ada.Id, old.Id);

        Assert.True(await Store.Sessions.TryStartAsync(NewSession(ada.Id), SessionOrigin.Flow(flow.Id), new(old.Id, MustStand: false), 10, Token));

        Assert.Null(await Store.Sessions.FindSuccessorAsync(old.Id, Token));
    }

    [Fact]
    public async Task Who_was_signed_in_before_in_this_browser_is_among_the_changed()
    {
        var (ada, eve) = (await AddAccountAsync("ada"), await AddAccountAsync("eve"));
        var adas = await StartSessionAsync(ada.Id);
        var flow = await AddFlowAsync(eve.Id, adas.Id);

        var changes = await ChangesOfAsync(() => Store.Sessions.TryStartAsync(
            NewSession(eve.Id), SessionOrigin.Flow(flow.Id), new(adas.Id, MustStand: false), 10, Token));

        Assert.True(changes.Concern(ada.Id));
        Assert.False(changes.Concern(eve.Id)); // none of hers ended
    }

    [Fact]
    public async Task A_session_that_ends_no_other_disturbs_no_cache()
    {
        var ada = await AddAccountAsync();

        Assert.False(await RaisesChangeMarkAsync(() => StartSessionAsync(ada.Id)));
    }

    [Fact]
    public async Task The_session_that_a_browser_had_before_ends_whoever_it_was_of()
    {
        var (ada, eve) = (await AddAccountAsync("ada"), await AddAccountAsync("eve"));
        var adas = await StartSessionAsync(ada.Id);
        var flow = await AddFlowAsync(eve.Id, adas.Id);

        Assert.True(await Store.Sessions.TryStartAsync(NewSession(eve.Id), SessionOrigin.Flow(flow.Id), new(adas.Id, MustStand: false), 10, Token));

        Assert.Null(await Store.Sessions.FindAsync(adas.TokenHash, Token));
    }

    [Fact]
    public async Task The_longest_unseen_session_ends_when_there_are_too_many()
    {
        var ada = await AddAccountAsync();
        var bob = await AddAccountAsync("bob");
        var bobs = await StartSessionAsync(bob.Id, Now.AddHours(-5));
        var sessions = new List<GatewaySession>();
        foreach (var minute in (int[])[3, 1, 2])
            sessions.Add(await StartSessionAsync(ada.Id, Now.AddMinutes(minute)));
        var newest = NewSession(ada.Id, Now.AddMinutes(4));

        Assert.True(await RaisesChangeMarkAsync(async () => Assert.True(
            await Store.Sessions.TryStartAsync(newest, SessionOrigin.Flow((await AddFlowAsync(ada.Id)).Id), null, 3, Token))));

        Assert.Equal(
            [newest.Id, sessions[0].Id, sessions[2].Id],
            (await Store.Sessions.ListAsync(ada.Id, Token)).Select(session => session.Id));
        Assert.NotNull(await Store.Sessions.FindAsync(bobs.TokenHash, Token));
    }

    [Fact]
    public async Task Racing_sign_ins_leave_no_more_sessions_than_the_limit()
    {
        var ada = await AddAccountAsync();

        var started = await RaceAsync(number => Store.Sessions.TryStartAsync(
            NewSession(ada.Id, Now.AddSeconds(number)), SessionOrigin.FirstAnswer(0), null, 10, Token));

        Assert.All(started, Assert.True);
        Assert.Equal(10, (await Store.Sessions.ListAsync(ada.Id, Token)).Count);
    }

    [Fact]
    public async Task Of_many_answers_that_complete_one_flow_exactly_one_makes_a_session()
    {
        var ada = await AddAccountAsync();
        var flow = await AddFlowAsync(ada.Id);

        var started = await RaceAsync(_ => Store.Sessions.TryStartAsync(NewSession(ada.Id), SessionOrigin.Flow(flow.Id), null, 10, Token));

        Assert.Single(started, true);
        Assert.Single(await Store.Sessions.ListAsync(ada.Id, Token));
    }

    [Fact]
    public async Task A_flow_from_before_a_new_password_or_of_somebody_else_makes_no_session()
    {
        var (ada, eve) = (await AddAccountAsync("ada"), await AddAccountAsync("eve"));
        var (reset, adas) = (await AddFlowAsync(ada.Id), await AddFlowAsync(ada.Id));

        Assert.False(await Store.Sessions.TryStartAsync(NewSession(eve.Id), SessionOrigin.Flow(adas.Id), null, 10, Token));
        await Store.Passwords.SetHashAsync(ada.Id, "new hash", Now, trace: null, Token);
        Assert.False(await Store.Sessions.TryStartAsync(NewSession(ada.Id), SessionOrigin.Flow(reset.Id), null, 10, Token));

        Assert.Empty(await Store.Sessions.ListAsync(ada.Id, Token));
    }

    [Fact]
    public async Task A_session_that_was_ended_meanwhile_does_not_live_on_in_the_one_that_carries_its_proofs()
    {
        var ada = await AddAccountAsync();
        var (ended, flow) = (await StartSessionAsync(ada.Id), await AddFlowAsync(ada.Id));
        await Store.Sessions.EndAsync(ended.Id, Token);

        Assert.False(await Store.Sessions.TryStartAsync(NewSession(ada.Id), SessionOrigin.Flow(flow.Id), new(ended.Id, MustStand: true), 10, Token));
        Assert.Empty(await Store.Sessions.ListAsync(ada.Id, Token));
        Assert.NotNull(await Store.Flows.FindAsync(flow.TokenHash, Now, Token)); // nothing is done

        Assert.True(await Store.Sessions.TryStartAsync(NewSession(ada.Id), SessionOrigin.Flow(flow.Id), new(ended.Id, MustStand: false), 10, Token));
    }

    [Fact]
    public async Task What_was_proved_before_a_new_password_or_a_revocation_begins_nothing_after_it()
    {
        var before = (await AddAccountAsync()).SignInEpoch;
        foreach (var end in new Func<string, Task>[]
        {
            id => Store.Passwords.SetHashAsync(id, "new hash", Now, trace: null, Token),
            id => Store.Sessions.EndAllAsync(id, exceptId: null, Token),
        })
        {
            var ada = (await Store.Accounts.FindByUserNameAsync("ada", Token))!;
            await end(ada.Id);

            Assert.False(await Store.Sessions.TryStartAsync(NewSession(ada.Id), SessionOrigin.FirstAnswer(ada.SignInEpoch), null, 10, Token));
            Assert.False(await Store.Flows.TryAddAsync(NewFlow(ada.Id), ada.SignInEpoch, Token));
        }

        var now = (await Store.Accounts.FindByUserNameAsync("ada", Token))!;
        Assert.True(now.SignInEpoch > before);
        Assert.True(await Store.Flows.TryAddAsync(NewFlow(now.Id), now.SignInEpoch, Token));
        Assert.True(await Store.Sessions.TryStartAsync(NewSession(now.Id), SessionOrigin.FirstAnswer(now.SignInEpoch), null, 10, Token));
    }

    [Fact]
    public async Task A_right_answer_completes_a_flow_that_wrong_ones_beside_it_have_ended()
    {
        var ada = await AddAccountAsync();
        var flow = await AddFlowAsync(ada.Id);

        await Store.Flows.EndAsync(flow.Id, entry: null, Token);

        Assert.True(await Store.Sessions.TryStartAsync(NewSession(ada.Id), SessionOrigin.Flow(flow.Id), null, 10, Token));
        Assert.False(await Store.Sessions.TryStartAsync(NewSession(ada.Id), SessionOrigin.Flow(flow.Id), null, 10, Token));
    }

    [Fact]
    public async Task Nobody_and_the_disabled_start_no_session()
    {
        var ada = await AddAccountAsync();
        await SetDisabledAsync(ada.Id);
        var flow = await AddFlowAsync(ada.Id);

        Assert.False(await Store.Sessions.TryStartAsync(NewSession(ada.Id), SessionOrigin.Flow(flow.Id), null, 10, Token));
        Assert.False(await Store.Sessions.TryStartAsync(NewSession(Identifiers.New()), SessionOrigin.Flow(flow.Id), null, 10, Token));

        Assert.Empty(await Store.Sessions.ListAsync(ada.Id, Token));
        Assert.NotNull(await Store.Flows.FindAsync(flow.TokenHash, Now, Token)); // nothing is done
    }

    [Fact]
    public async Task Disabling_in_the_middle_of_many_sign_ins_leaves_no_session()
    {
        var ada = await AddAccountAsync();

        await RaceAsync(async number => number == Racers / 2
            ? await SetDisabledAsync(ada.Id) == AccountChange.Done
            : await Store.Sessions.TryStartAsync(NewSession(ada.Id), SessionOrigin.FirstAnswer(0), null, 100, Token));

        Assert.Empty(await Store.Sessions.ListAsync(ada.Id, Token));
    }

    [Fact]
    public async Task Being_seen_never_moves_back()
    {
        var ada = await AddAccountAsync();
        var session = await StartSessionAsync(ada.Id);

        await Store.Sessions.TouchAsync(session.Id, Now.AddMinutes(2), Token);
        await Store.Sessions.TouchAsync(session.Id, Now.AddMinutes(1), Token);
        await Store.Sessions.TouchAsync(Identifiers.New(), Now.AddMinutes(1), Token);

        Assert.Equal(Now.AddMinutes(2), (await Store.Sessions.FindAsync(session.TokenHash, Token))!.LastSeenAt);
        Assert.False(await RaisesChangeMarkAsync(() => Store.Sessions.TouchAsync(session.Id, Now.AddMinutes(3), Token)));
    }

    [Fact]
    public async Task A_session_is_ended_by_one_caller_and_stays_ended()
    {
        var ada = await AddAccountAsync();
        var session = await StartSessionAsync(ada.Id);

        bool[] ended = [];
        Assert.True(await RaisesChangeMarkAsync(async () => ended = await RaceAsync(_ => Store.Sessions.EndAsync(session.Id, Token))));

        Assert.Single(ended, true);
        Assert.Null(await Store.Sessions.FindAsync(session.TokenHash, Token));
        await Store.Sessions.TouchAsync(session.Id, Now.AddMinutes(3), Token);
        Assert.Null(await Store.Sessions.FindAsync(session.TokenHash, Token));
        Assert.False(await RaisesChangeMarkAsync(() => Store.Sessions.EndAsync(session.Id, Token)));
    }

    [Fact]
    public async Task A_flow_does_not_bring_back_the_session_it_steps_up_once_that_was_ended()
    {
        var ada = await AddAccountAsync();
        var (one, two) = (await StartSessionAsync(ada.Id), await StartSessionAsync(ada.Id));
        var (stepsUpOne, stepsUpTwo) = (await AddFlowAsync(ada.Id, one.Id), await AddFlowAsync(ada.Id, two.Id));
        var fresh = await AddFlowAsync(ada.Id);

        await Store.Sessions.EndAsync(one.Id, Token);
        Assert.Null(await Store.Flows.FindAsync(stepsUpOne.TokenHash, Now, Token));
        Assert.NotNull(await Store.Flows.FindAsync(stepsUpTwo.TokenHash, Now, Token));

        await Store.Sessions.EndAllAsync(ada.Id, null, Token);
        Assert.Null(await Store.Flows.FindAsync(stepsUpTwo.TokenHash, Now, Token));
        Assert.Null(await Store.Flows.FindAsync(fresh.TokenHash, Now, Token)); // nor is a sign-in that was under way completed
    }

    [Fact]
    public async Task All_sessions_end_but_the_one_that_is_kept()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        var kept = await StartSessionAsync(ada.Id);
        await StartSessionAsync(ada.Id);
        await StartSessionAsync(ada.Id);
        var bobs = await StartSessionAsync(bob.Id);

        Assert.True(await RaisesChangeMarkAsync(
            async () => Assert.Equal(2, await Store.Sessions.EndAllAsync(ada.Id, kept.Id, Token))));
        Assert.Equal(kept.Id, Assert.Single(await Store.Sessions.ListAsync(ada.Id, Token)).Id);
        Assert.Equal(0, await Store.Sessions.EndAllAsync(ada.Id, kept.Id, Token));

        Assert.Equal(1, await Store.Sessions.EndAllAsync(ada.Id, null, Token));
        Assert.NotNull(await Store.Sessions.FindAsync(bobs.TokenHash, Token));
    }

    private async Task<GatewaySession> StepUpAsync(GatewaySession session)
    {
        var flow = await AddFlowAsync(session.AccountId, session.Id);
        var next = NewSession(session.AccountId);
        Assert.True(await Store.Sessions.TryStartAsync(next, SessionOrigin.Flow(flow.Id), new(session.Id, MustStand: true), 10, Token));
        return next;
    }

    [Fact]
    public async Task A_session_is_ended_by_its_owner_alone()
    {
        var (ada, eve) = (await AddAccountAsync("ada"), await AddAccountAsync("eve"));
        var session = await StartSessionAsync(ada.Id);

        Assert.False(await RaisesChangeMarkAsync(async () => Assert.False(await Store.Sessions.EndOwnAsync(eve.Id, session.Id, Token))));
        Assert.NotNull(await Store.Sessions.FindAsync(session.TokenHash, Token));

        Assert.True(await RaisesChangeMarkAsync(async () => Assert.True(await Store.Sessions.EndOwnAsync(ada.Id, session.Id, Token))));
        Assert.Null(await Store.Sessions.FindAsync(session.TokenHash, Token));
    }
}

public sealed class SessionsOnSqlite() : SessionContract(StoreEngine.Sqlite);

public sealed class SessionsOnPostgreSql() : SessionContract(StoreEngine.PostgreSql);

public sealed class SessionsOnLiteDb() : SessionContract(StoreEngine.LiteDb);

public sealed class SessionsOnMemory() : SessionContract(StoreEngine.Memory);
