using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Storage;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class ChallengeFlowContract(StoreEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task A_flow_is_read_as_it_was_added_until_it_expires()
    {
        var ada = await AddAccountAsync();
        var flow = NewFlow(ada.Id, "a session") with
        {
            ProtectedRecoveryCodes = [0, 1, 2],
            Proofs = [],
            StepsUp = true,
            Purpose = FlowPurpose.AddAuthenticator,
        };
        Assert.True(await Store.Flows.TryAddAsync(flow, ada.SignInEpoch, Token));

        Assert.Equivalent(flow, await Store.Flows.FindAsync(flow.TokenHash, Now, Token), strict: true);
        Assert.NotNull(await Store.Flows.FindAsync(flow.TokenHash, flow.ExpiresAt.AddMilliseconds(-1), Token));
        Assert.Null(await Store.Flows.FindAsync(flow.TokenHash, flow.ExpiresAt, Token));
        Assert.Null(await Store.Flows.FindAsync(SecretToken.New().Hash, Now, Token));
    }

    [Fact]
    public async Task A_saved_answer_is_read_back_with_the_next_version()
    {
        var ada = await AddAccountAsync();
        var flow = await AddFlowAsync(ada.Id);

        var changed = flow with
        {
            TokenHash = SecretToken.New().Hash,
            PolicyName = "finance",
            ReturnUrl = "/elsewhere",
            Proofs = [.. flow.Proofs, new Proof(FactorKind.Totp, Now.AddSeconds(3))],
            ProtectedRecoveryCodes = [7],
            Purpose = FlowPurpose.SaveNewCodes,
        };
        Assert.True(await Store.Flows.TryUpdateAsync(changed, Token));

        Assert.Null(await Store.Flows.FindAsync(flow.TokenHash, Now, Token)); // the old cookie is dead
        Assert.Equivalent(
            changed with { Version = flow.Version + 1 }, await Store.Flows.FindAsync(changed.TokenHash, Now, Token), strict: true);
    }

    [Fact]
    public async Task Of_many_answers_to_one_version_exactly_one_is_saved()
    {
        var ada = await AddAccountAsync();
        var flow = await AddFlowAsync(ada.Id);

        var saved = await RaceAsync(number => Store.Flows.TryUpdateAsync(flow with { ReturnUrl = "/" + number }, Token));

        var winner = Assert.Single(Enumerable.Range(0, Racers), number => saved[number]);
        var stored = await Store.Flows.FindAsync(flow.TokenHash, Now, Token);
        Assert.Equal("/" + winner, stored!.ReturnUrl);
        Assert.Equal(flow.Version + 1, stored.Version);
    }

    [Fact]
    public async Task Of_the_flows_that_step_up_one_session_the_newest_remain_with_those_that_show_recovery_codes()
    {
        var ada = await AddAccountAsync();
        var (other, signIn) = (await AddStepUpAsync(ada, "another session", 0), await AddFlowAsync(ada.Id, "a session"));
        var first = await AddStepUpAsync(ada, "a session", 0);
        var showing = await AddStepUpAsync(ada, "a session", 1);
        Assert.True(await Store.Flows.TryUpdateAsync(showing with { ProtectedRecoveryCodes = [1] }, Token));
        await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, first.Id), Now, Token);

        var later = new List<ChallengeFlow>();
        for (var number = 0; number < ChallengeFlowStore.MaxStepUpsPerSession; number++)
        {
            Assert.NotNull(await Store.Flows.FindAsync(first.TokenHash, Now, Token));
            later.Add(await AddStepUpAsync(ada, "a session", 2 + number));
        }

        Assert.Null(await Store.Flows.FindAsync(first.TokenHash, Now, Token));
        Assert.Null(await Store.Totp.FindPendingAsync(first.Id, Now, Token));
        foreach (var flow in (ChallengeFlow[])[other, signIn, showing, .. later])
            Assert.NotNull(await Store.Flows.FindAsync(flow.TokenHash, Now, Token));
    }

    [Fact]
    public async Task Of_many_flows_that_are_added_at_once_to_one_session_as_few_remain()
    {
        var ada = await AddAccountAsync();
        var flows = Enumerable.Range(0, Racers).Select(_ => NewFlow(ada.Id, "a session") with { StepsUp = true }).ToList();

        var added = await RaceAsync(number => Store.Flows.TryAddAsync(flows[number], ada.SignInEpoch, Token));

        Assert.All(added, Assert.True);
        var found = await Task.WhenAll(flows.Select(flow => Store.Flows.FindAsync(flow.TokenHash, Now, Token)));
        Assert.Equal(ChallengeFlowStore.MaxStepUpsPerSession, found.Count(flow => flow is not null));
    }

    private async Task<ChallengeFlow> AddStepUpAsync(Account account, string sessionId, int second)
    {
        var flow = NewFlow(account.Id, sessionId) with { StepsUp = true, CreatedAt = Now.AddSeconds(second) };
        Assert.True(await Store.Flows.TryAddAsync(flow, account.SignInEpoch, Token));
        return flow;
    }

    [Fact]
    public async Task An_ended_flow_is_found_no_more_and_takes_no_answer()
    {
        var ada = await AddAccountAsync();
        var flow = await AddFlowAsync(ada.Id);
        await Store.Flows.EndAsync(flow.Id, entry: null, Token);
        await Store.Flows.EndAsync(flow.Id, entry: null, Token);

        Assert.Null(await Store.Flows.FindAsync(flow.TokenHash, Now, Token));
        Assert.False(await Store.Flows.TryUpdateAsync(flow, Token));
    }
}

public sealed class ChallengeFlowsOnSqlite() : ChallengeFlowContract(StoreEngine.Sqlite);

public sealed class ChallengeFlowsOnPostgreSql() : ChallengeFlowContract(StoreEngine.PostgreSql);

public sealed class ChallengeFlowsOnLiteDb() : ChallengeFlowContract(StoreEngine.LiteDb);

public sealed class ChallengeFlowsOnMemory() : ChallengeFlowContract(StoreEngine.Memory);
