using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Mail;
using MfaGateway.Core.SelfService;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class OwnChangeContract(StoreEngine engine) : StoreContract(engine)
{
    private static readonly Proof[] PasswordAlone = [new(FactorKind.Password, Now)];

    public static TheoryData<string> Verbs => ["remove", "remove the last", "replace codes", "set password", "end others"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_change_ends_everything_else_of_the_account_and_is_told_with_it(string verb)
    {
        var here = await AddVisitorAsync(verb == "remove" ? 2 : 1);
        var bobs = await AddVisitorAsync(1, "bob");
        var elsewhere = await StartSessionAsync(here.AccountId);
        var flow = await AddFlowAsync(here.AccountId, here.Id);
        await Store.Totp.AddOrGetPendingAsync(NewPending(here.AccountId, flow.Id), Now, Token);
        var epoch = (await Store.Accounts.FindAsync(here.AccountId, Token))!.SignInEpoch;
        var token = SecretToken.New();

        Assert.True(await RaisesChangeMarkAsync(async () => Assert.True(await DoAsync(verb, here, token))));

        Assert.Null(await Store.Sessions.FindAsync(elsewhere.TokenHash, Token));
        Assert.NotNull(await Store.Sessions.FindAsync(bobs.TokenHash, Token));
        Assert.Null(await Store.Flows.FindAsync(flow.TokenHash, Now, Token));
        Assert.False(await Store.Totp.TryConfirmPendingAsync(flow.Id, NewAuthenticator(here.AccountId), null, [], Now, Token));
        Assert.False(await Store.Flows.TryAddAsync(NewFlow(here.AccountId), epoch, Token)); // a password that was on its way
        var entry = Assert.Single(await Store.Audit.ListAsync(new AuditFilter { AccountId = here.AccountId }, null, 9, Token));
        Assert.Equal(verb, entry.Entry.Detail);
        Assert.Equal(1, (await Store.Mail.CountUndeliveredAsync(Token)).Waiting);
    }

    [Theory]
    [InlineData("remove")]
    [InlineData("set password")]
    [InlineData("end others")]
    public async Task The_session_that_asks_goes_on_under_another_token_and_nothing_else_of_it_changes(string verb)
    {
        var here = await AddVisitorAsync(2);
        var token = SecretToken.New();

        Assert.True(await DoAsync(verb, here, token));

        Assert.Null(await Store.Sessions.FindAsync(here.TokenHash, Token));
        var kept = await Store.Sessions.FindAsync(token.Hash, Token);
        Assert.Equivalent(here with { Id = kept!.Id, TokenHash = token.Hash }, kept, strict: true);
        Assert.Null(await Store.Sessions.FindSuccessorAsync(here.Id, Token)); // for what it has open, which a thief may have opened
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_session_that_is_over_changes_nothing(string verb)
    {
        var here = await AddVisitorAsync(1);
        var bystander = await StartSessionAsync(here.AccountId);
        await Store.RecoveryCodes.ReplaceAllAsync(here.AccountId, new([1], [[1, 1]]), Now, Token);
        await Store.Sessions.EndAsync(here.Id, Token);

        Assert.False(await RaisesChangeMarkAsync(async () => Assert.False(await DoAsync(verb, here, SecretToken.New()))));
        Assert.False(await DoAsync(verb, bystander with { TokenHash = [1] }, SecretToken.New()));
        var eve = await AddVisitorAsync(1, "eve");
        Assert.False(await DoAsync(verb, here with { Id = eve.Id, TokenHash = eve.TokenHash }, SecretToken.New()));

        Assert.NotNull(await Store.Sessions.FindAsync(bystander.TokenHash, Token));
        Assert.NotNull(await Store.Sessions.FindAsync(eve.TokenHash, Token));
        Assert.Single(await Store.Totp.ListAsync(here.AccountId, Token));
        Assert.Equal([1], (await Store.RecoveryCodes.FindSetAsync(here.AccountId, Token))!.Salt);
        Assert.Equal("hash of ada", await Store.Passwords.FindHashAsync(here.AccountId, Token));
        Assert.Empty(await Store.Audit.ListAsync(new AuditFilter { AccountId = here.AccountId }, null, 9, Token));
        Assert.Equal(0, (await Store.Mail.CountUndeliveredAsync(Token)).Waiting);
    }

    [Fact]
    public async Task Nobody_removes_what_is_somebody_elses()
    {
        var (ada, eve) = (await AddVisitorAsync(1, "ada"), await AddVisitorAsync(1, "eve"));
        var adas = Assert.Single(await Store.Totp.ListAsync(ada.AccountId, Token)).Id;

        Assert.Equal(AuthenticatorRemoval.NotFound, await RemoveAsync(eve, adas, SecretToken.New(), "stolen"));

        Assert.Single(await Store.Totp.ListAsync(ada.AccountId, Token));
        Assert.NotNull(await Store.Sessions.FindAsync(eve.TokenHash, Token));
    }

    [Fact]
    public async Task Removing_one_of_several_keeps_the_rest_and_the_codes()
    {
        var here = await AddVisitorAsync(2);
        await Store.RecoveryCodes.ReplaceAllAsync(here.AccountId, new([1], [[1, 1]]), Now, Token);

        Assert.True(await DoAsync("remove", here, SecretToken.New()));

        Assert.Single(await Store.Totp.ListAsync(here.AccountId, Token));
        Assert.Equal(1, (await Store.RecoveryCodes.FindSetAsync(here.AccountId, Token))!.Remaining);
    }

    [Fact]
    public async Task Removing_the_last_one_clears_the_codes_and_what_the_session_proved_with_it()
    {
        var here = await AddVisitorAsync(1);
        await Store.RecoveryCodes.ReplaceAllAsync(here.AccountId, new([1], [[1, 1]]), Now, Token);
        var token = SecretToken.New();

        Assert.True(await DoAsync("remove the last", here, token));

        Assert.Empty(await Store.Totp.ListAsync(here.AccountId, Token));
        Assert.Null(await Store.RecoveryCodes.FindSetAsync(here.AccountId, Token));
        Assert.Equal(PasswordAlone, (await Store.Sessions.FindAsync(token.Hash, Token))!.Proofs);
    }

    [Fact]
    public async Task New_codes_come_with_the_flow_that_shows_them_and_need_something_to_stand_in_for()
    {
        var here = await AddVisitorAsync(1);
        var token = SecretToken.New();

        Assert.True(await DoAsync("replace codes", here, token));
        var flow = await Store.Flows.FindAsync(token.Hash, Now, Token);
        Assert.Equal(FlowPurpose.SaveNewCodes, flow!.Purpose);
        Assert.Equal([2], (await Store.RecoveryCodes.FindSetAsync(here.AccountId, Token))!.Salt);
        Assert.NotNull(await Store.Sessions.FindAsync(here.TokenHash, Token));

        var renewed = SecretToken.New();
        Assert.True(await DoAsync("remove the last", here, renewed));
        var after = (await Store.Sessions.FindAsync(renewed.Hash, Token))!;
        Assert.False(await DoAsync("replace codes", after, SecretToken.New()));
        Assert.Null(await Store.RecoveryCodes.FindSetAsync(here.AccountId, Token));
    }

    [Fact]
    public async Task A_new_password_is_kept_with_its_time()
    {
        var here = await AddVisitorAsync(1);

        Assert.True(await DoAsync("set password", here, SecretToken.New()));

        Assert.Equal("a new hash", await Store.Passwords.FindHashAsync(here.AccountId, Token));
        Assert.Equal(Now, await Store.Passwords.FindSetAtAsync(here.AccountId, Token));
        Assert.Null(await Store.Passwords.FindSetAtAsync(Identifiers.New(), Token));
    }

    [Theory]
    [InlineData("set password")]
    [InlineData("end others")]
    [InlineData("remove the last")]
    public async Task Of_many_who_race_in_one_session_exactly_one_has_its_new_token(string verb)
    {
        var here = await AddVisitorAsync(1);
        await using var otherNode = Place.Connect();
        var tokens = Enumerable.Range(0, Racers).Select(_ => SecretToken.New()).ToArray();

        var done = await RaceAsync(number => DoAsync(verb, here, tokens[number], number % 2 == 0 ? Store : otherNode));

        var winner = Assert.Single(Enumerable.Range(0, Racers), number => done[number]);
        var left = Assert.Single(await Store.Sessions.ListAsync(here.AccountId, Token));
        Assert.Equal(tokens[winner].Hash, left.TokenHash);
    }

    /// <summary>Somebody with so many authenticators, each added in a flow of the session, which therefore goes on.</summary>
    private async Task<GatewaySession> AddVisitorAsync(int authenticators, string userName = "ada")
    {
        var account = await AddAccountAsync(userName);
        var session = await StartSessionAsync(account.Id);
        for (var i = 0; i < authenticators; i++)
        {
            var flow = await AddFlowAsync(account.Id, session.Id);
            await Store.Totp.AddOrGetPendingAsync(NewPending(account.Id, flow.Id), Now, Token);
            Assert.True(await Store.Totp.TryConfirmPendingAsync(flow.Id, NewAuthenticator(account.Id), null, [], Now, Token));
        }

        return session;
    }

    private async Task<bool> DoAsync(string verb, GatewaySession acting, SecretToken token, StoreServices? node = null)
    {
        var store = (node ?? Store).OwnChanges;
        switch (verb)
        {
            case "replace codes":
                var flow = NewFlow(acting.AccountId, acting.Id) with
                {
                    TokenHash = token.Hash,
                    StepsUp = true,
                    Purpose = FlowPurpose.SaveNewCodes,
                };
                return await store.ReplaceRecoveryCodesAsync(acting, flow, new([2], [[2, 2]]), TraceOf(acting, verb), Token);

            case "set password":
                return await store.SetPasswordAsync(Renew(acting, token), "a new hash", TraceOf(acting, verb), Token);

            case "end others":
                return await store.EndOtherSessionsAsync(Renew(acting, token), TraceOf(acting, verb), Token);

            default:
                var phone = (await Store.Totp.ListAsync(acting.AccountId, Token)).Select(authenticator => authenticator.Id).FirstOrDefault("none");
                return await RemoveAsync(acting, phone, token, verb, node) == AuthenticatorRemoval.Removed;
        }
    }

    private Task<AuthenticatorRemoval> RemoveAsync(
        GatewaySession acting, string id, SecretToken token, string verb, StoreServices? node = null) =>
        (node ?? Store).OwnChanges.RemoveAuthenticatorAsync(
            Renew(acting, token), id, TraceOf(acting, verb), new(PasswordAlone, [TraceOf(acting, verb)]), Token);

    private static SessionRenewal Renew(GatewaySession acting, SecretToken token) =>
        new(acting, acting with { Id = Identifiers.New(), TokenHash = token.Hash });

    private static ChangeTrace TraceOf(GatewaySession acting, string detail) => new(
        new(Now, "something.changed", acting.AccountId, acting.AccountId, null, Succeeded: true, detail),
        [new OutboxMail(Identifiers.New(), acting.AccountId, "PasswordChanged", [1], Now)]);
}

public sealed class OwnChangesOnSqlite() : OwnChangeContract(StoreEngine.Sqlite);

public sealed class OwnChangesOnPostgreSql() : OwnChangeContract(StoreEngine.PostgreSql);

public sealed class OwnChangesOnLiteDb() : OwnChangeContract(StoreEngine.LiteDb);

public sealed class OwnChangesOnMemory() : OwnChangeContract(StoreEngine.Memory);
