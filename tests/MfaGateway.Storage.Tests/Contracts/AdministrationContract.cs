using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class AdministrationContract(StoreEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task Disabling_ends_the_sessions_and_flows_of_that_account_alone()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        var (adasSession, bobsSession) = (await StartSessionAsync(ada.Id), await StartSessionAsync(bob.Id));
        var (adasFlow, bobsFlow) = (await AddFlowAsync(ada.Id), await AddFlowAsync(bob.Id));
        await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, adasFlow.Id), Now, Token);

        Assert.True(await RaisesChangeMarkAsync(async () => Assert.Equal(AccountChange.Done, await SetDisabledAsync(ada.Id))));

        Assert.True((await Store.Accounts.FindAsync(ada.Id, Token))!.Disabled);
        Assert.Null(await Store.Sessions.FindAsync(adasSession.TokenHash, Token));
        Assert.Null(await Store.Flows.FindAsync(adasFlow.TokenHash, Now, Token));
        Assert.Null(await Store.Totp.FindPendingAsync(adasFlow.Id, Now, Token));
        Assert.False((await Store.Accounts.FindAsync(bob.Id, Token))!.Disabled);
        Assert.NotNull(await Store.Sessions.FindAsync(bobsSession.TokenHash, Token));
        Assert.NotNull(await Store.Flows.FindAsync(bobsFlow.TokenHash, Now, Token));
    }

    [Fact]
    public async Task Enabling_lets_the_account_in_again_and_is_told_to_every_node()
    {
        var ada = await AddAccountAsync();
        await SetDisabledAsync(ada.Id);

        Assert.True(await RaisesChangeMarkAsync(() => SetDisabledAsync(ada.Id, disabled: false)));

        Assert.False((await Store.Accounts.FindAsync(ada.Id, Token))!.Disabled);
        await StartSessionAsync(ada.Id);
    }

    [Fact]
    public async Task Nobody_is_not_disabled() =>
        Assert.False(await RaisesChangeMarkAsync(
            async () => Assert.Equal(AccountChange.AccountGone, await SetDisabledAsync(Identifiers.New()))));

    [Fact]
    public async Task What_tells_of_a_change_is_kept_with_it_and_not_without_it()
    {
        var ada = await AddAccountAsync();
        var mail = new OutboxMail(Identifiers.New(), ada.Id, "EmailChanged", [1, 2, 3], Now);
        var details = AccountDetails.Of(ada);

        var outdated = await UpdateAsync(ada, details with { DisplayName = "never" }, details, NewTrace(ada.Id, "refused", mail));
        var done = await UpdateAsync(ada, details, details with { DisplayName = "Ada L." }, NewTrace(ada.Id, "done", mail));

        Assert.Equal((AccountChange.Outdated, AccountChange.Done), (outdated, done));
        Assert.Equal("done", Assert.Single(await Store.Audit.ListAsync(null, 10, Token)).Entry.Event);
        Assert.Equal(1, (await Store.Mail.CountUndeliveredAsync(Token)).Waiting);
    }

    [Fact]
    public async Task An_edit_is_read_back_and_told_to_every_node()
    {
        var ada = await AddAccountAsync();
        var wanted = new AccountDetails("countess@example.org", "Ada, Countess", ["zeta", "alpha", "Alpha"]);

        Assert.True(await RaisesChangeMarkAsync(async () => Assert.Equal(AccountChange.Done, await UpdateAsync(ada, wanted))));

        var found = await Store.Accounts.FindAsync(ada.Id, Token);
        Assert.Equal(wanted, AccountDetails.Of(found!));
        Assert.Equal(AddAccountResult.EmailTaken, await Store.Accounts.AddAsync(NewAccount("eve") with { Email = "Countess@example.org" }, "hash", entry: null, Token));
        Assert.Equal(AddAccountResult.Added, await Store.Accounts.AddAsync(NewAccount("eve") with { Email = ada.Email }, "hash", entry: null, Token));
    }

    [Fact]
    public async Task Another_address_signs_the_person_out_and_another_name_does_not()
    {
        var ada = await AddAccountAsync();
        var session = await StartSessionAsync(ada.Id);

        await UpdateAsync(ada, AccountDetails.Of(ada) with { DisplayName = "Ada L.", Groups = ["finance"] });
        Assert.NotNull(await Store.Sessions.FindAsync(session.TokenHash, Token));

        var now = (await Store.Accounts.FindAsync(ada.Id, Token))!;
        await UpdateAsync(now, AccountDetails.Of(now) with { Email = "other@example.org" });
        Assert.Null(await Store.Sessions.FindAsync(session.TokenHash, Token));
    }

    [Fact]
    public async Task An_address_of_somebody_else_is_refused_in_every_spelling()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));

        Assert.Equal(AccountChange.EmailTaken, await UpdateAsync(bob, AccountDetails.Of(bob) with { Email = "ADA@example.org" }));

        Assert.Equal(bob.Email, (await Store.Accounts.FindAsync(bob.Id, Token))!.Email);
        Assert.Equal(ada.Email, (await Store.Accounts.FindAsync(ada.Id, Token))!.Email);
    }

    [Fact]
    public async Task Of_many_who_take_one_address_at_once_one_gets_it()
    {
        var people = new List<Account>();
        for (var number = 0; number < 16; number++)
            people.Add(await AddAccountAsync("ada" + number));

        var results = await Task.WhenAll(people.Select(one => Task.Run(() => UpdateAsync(one, AccountDetails.Of(one) with { Email = "one@example.org" }), Token))
            .Append(Task.Run(async () => await Store.Accounts.AddAsync(NewAccount("new") with { Email = "one@example.org" }, "hash", entry: null, Token) == AddAccountResult.Added
                ? AccountChange.Done : AccountChange.EmailTaken, Token)));

        Assert.Single(results, AccountChange.Done);
        Assert.Equal(16, results.Count(result => result == AccountChange.EmailTaken));
    }

    [Fact]
    public async Task Of_many_who_edit_one_account_at_once_one_does_and_the_others_hear_of_it()
    {
        var ada = await AddAccountAsync();

        var results = await RaceAsync(number => UpdateAsync(ada, AccountDetails.Of(ada) with { DisplayName = $"Ada {number}" }));

        Assert.Single(results, AccountChange.Done);
        Assert.Equal(Racers - 1, results.Count(result => result == AccountChange.Outdated));
    }

    [Fact]
    public async Task The_last_administrator_stays()
    {
        var (ada, bob) = (await AddAdministratorAsync("ada"), await AddAdministratorAsync("bob"));
        await AddAccountAsync("eve");

        Assert.Equal(AccountChange.Done, await SetDisabledAsync(bob.Id));
        Assert.Equal(AccountChange.LastAdministrator, await SetDisabledAsync(ada.Id));
        Assert.Equal(AccountChange.LastAdministrator, await UpdateAsync(ada, AccountDetails.Of(ada) with { Groups = ["staff"] }));
        Assert.Equal(AccountChange.Done, await UpdateAsync(ada, AccountDetails.Of(ada) with { Groups = ["staff", "Admins"] }));
        Assert.Equal(AccountChange.LastAdministrator, await SetDisabledAsync(ada.Id));
        ada = (await Store.Accounts.FindAsync(ada.Id, Token))!;
        Assert.Equal(AccountChange.Done, await UpdateAsync(ada, AccountDetails.Of(ada) with { DisplayName = "Still Ada" }));

        Assert.False((await Store.Accounts.FindAsync(ada.Id, Token))!.Disabled);
        Assert.Equal(AccountChange.Done, await SetDisabledAsync(bob.Id, disabled: false));
        Assert.Equal(AccountChange.Done, await SetDisabledAsync(ada.Id));
    }

    [Fact]
    public async Task Administrators_who_take_each_other_away_at_the_same_moment_leave_one()
    {
        for (var round = 0; round < 8; round++)
        {
            var (ada, bob) = (await AddAdministratorAsync("ada" + round), await AddAdministratorAsync("bob" + round));
            var group = $"round {round}";
            await UpdateAsync(ada, AccountDetails.Of(ada) with { Groups = [group] });
            await UpdateAsync(bob, AccountDetails.Of(bob) with { Groups = [group] });
            (ada, bob) = ((await Store.Accounts.FindAsync(ada.Id, Token))!, (await Store.Accounts.FindAsync(bob.Id, Token))!);

            var results = await RaceAsync(number => (number % 4) switch
            {
                0 => DisableAsync(ada, group),
                1 => DisableAsync(bob, group),
                2 => LeaveAsync(ada, group),
                _ => LeaveAsync(bob, group),
            });

            Assert.Contains(AccountChange.LastAdministrator, results);
            var left = await Task.WhenAll(Store.Accounts.FindAsync(ada.Id, Token), Store.Accounts.FindAsync(bob.Id, Token));
            Assert.Single(left, account => !account!.Disabled && account.Groups.Contains(group));
        }
    }

    [Fact]
    public async Task A_reset_takes_all_of_the_second_factor_signs_out_and_touches_nobody_else()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        foreach (var account in new[] { ada, bob })
        {
            await AddAuthenticatorAsync(account.Id);
            await Store.RecoveryCodes.ReplaceAllAsync(account.Id, new NewRecoveryCodes([1], [[1, 2], [3, 4]]), Now, Token);
        }

        var (adasSession, bobsSession) = (await StartSessionAsync(ada.Id), await StartSessionAsync(bob.Id));
        foreach (var session in new[] { adasSession, bobsSession })
        {
            var browser = new KnownBrowser(
                Identifiers.New(), SecretToken.New().Hash, session.AccountId, "203.0.113.9", "Some browser", Now, Now, Now + KnownBrowsers.Lifetime);
            await Store.KnownBrowsers.RememberAsync(browser, session.Id, 9, Token);
            var codes = new AttemptBucket(AttemptLimit.Codes, session.AccountId, 1, TimeSpan.FromMinutes(15)) { AccountId = session.AccountId };
            await Store.Attempts.TryReserveAttemptAsync([codes], Now, Token);
        }

        var flow = await AddFlowAsync(ada.Id);

        Assert.True(await RaisesChangeMarkAsync(async () => Assert.Equal(AccountChange.Done, await ResetAsync(ada.Id, EnrollmentCode.Generate()))));

        Assert.Empty(await Store.Totp.ListAsync(ada.Id, Token));
        Assert.Null(await Store.RecoveryCodes.FindSetAsync(ada.Id, Token));
        Assert.Null(await Store.Sessions.FindAsync(adasSession.TokenHash, Token));
        Assert.Null(await Store.Flows.FindAsync(flow.TokenHash, Now, Token));
        Assert.Equal(new KeptEnrollmentCode(Now.AddDays(1), null), await Store.EnrollmentCodes.FindAsync(ada.Id, Token));
        Assert.Equal("hash of ada", await Store.Passwords.FindHashAsync(ada.Id, Token));
        Assert.Empty(await Store.KnownBrowsers.ListAsync(ada.Id, Now, Token));
        Assert.Empty(await Store.Attempts.FindLocksAsync(ada.Id, Now, Token));

        Assert.Single(await Store.Totp.ListAsync(bob.Id, Token));
        Assert.Single(await Store.KnownBrowsers.ListAsync(bob.Id, Now, Token));
        Assert.Single(await Store.Attempts.FindLocksAsync(bob.Id, Now, Token));
        Assert.Equal(2, (await Store.RecoveryCodes.FindSetAsync(bob.Id, Token))!.Remaining);
        Assert.NotNull(await Store.Sessions.FindAsync(bobsSession.TokenHash, Token));
        Assert.Null(await Store.EnrollmentCodes.FindAsync(bob.Id, Token));
        Assert.Equal(AccountChange.AccountGone, await ResetAsync(Identifiers.New(), EnrollmentCode.Generate()));
    }

    [Fact]
    public async Task Nobody_enrols_after_a_reset_but_the_flow_that_gave_the_code()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        var (code, another) = (EnrollmentCode.Generate(), EnrollmentCode.Generate());
        await ResetAsync(ada.Id, code);
        await ResetAsync(bob.Id, another);
        var (mine, thiefs) = (await AddFlowAsync(ada.Id), await AddFlowAsync(ada.Id));
        foreach (var flow in new[] { mine, thiefs })
            await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, flow.Id), Now, Token);

        Assert.False(await GiveAsync(ada.Id, another, thiefs.Id, Now));
        Assert.False(await GiveAsync(ada.Id, EnrollmentCode.Generate(), thiefs.Id, Now));
        Assert.False(await GiveAsync(ada.Id, code, mine.Id, Now.AddDays(1)));
        Assert.True(await GiveAsync(ada.Id, code, mine.Id, Now.AddDays(1).AddMilliseconds(-1)));
        Assert.Equal(mine.Id, (await Store.EnrollmentCodes.FindAsync(ada.Id, Token))!.GivenInFlowId);

        Assert.False(await ConfirmAsync(ada.Id, thiefs.Id));
        Assert.Empty(await Store.Totp.ListAsync(ada.Id, Token));
        Assert.NotNull(await Store.Totp.FindPendingAsync(thiefs.Id, Now, Token));
        Assert.True(await ConfirmAsync(ada.Id, mine.Id));
        Assert.Null(await Store.EnrollmentCodes.FindAsync(ada.Id, Token));
        Assert.False(await GiveAsync(ada.Id, code, thiefs.Id, Now));
    }

    [Fact]
    public async Task A_new_code_voids_the_one_before_even_where_it_was_given()
    {
        var ada = await AddAccountAsync();
        var (first, second) = (EnrollmentCode.Generate(), EnrollmentCode.Generate());
        await ResetAsync(ada.Id, first);
        await GiveAsync(ada.Id, first, (await AddFlowAsync(ada.Id)).Id, Now);

        await ResetAsync(ada.Id, second);

        var flow = await AddFlowAsync(ada.Id);
        await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, flow.Id), Now, Token);
        Assert.False(await GiveAsync(ada.Id, first, flow.Id, Now));
        Assert.False(await ConfirmAsync(ada.Id, flow.Id));
        Assert.True(await GiveAsync(ada.Id, second, flow.Id, Now));
        Assert.True(await ConfirmAsync(ada.Id, flow.Id));
    }

    [Fact]
    public async Task Of_many_flows_that_gave_the_code_at_once_one_enrols()
    {
        var ada = await AddAccountAsync();
        var code = EnrollmentCode.Generate();
        await ResetAsync(ada.Id, code);

        var flows = new List<ChallengeFlow>();
        for (var number = 0; number < Racers; number++)
        {
            flows.Add(await AddFlowAsync(ada.Id));
            await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, flows[number].Id), Now, Token);
        }

        var enrolled = await RaceAsync(
            async number => await GiveAsync(ada.Id, code, flows[number].Id, Now) && await ConfirmAsync(ada.Id, flows[number].Id));

        Assert.InRange(enrolled.Count(one => one), 0, 1);
        Assert.Equal(enrolled.Count(one => one), (await Store.Totp.ListAsync(ada.Id, Token)).Count);
    }

    private Task<AccountChange> ResetAsync(string accountId, EnrollmentCode code) =>
        Store.Administration.ResetSecondFactorAsync(
            accountId, new NewEnrollmentCode(code.Hash, Now, Now.AddDays(1)), NewTrace(accountId, "reset"), Token);

    private Task<bool> GiveAsync(string accountId, EnrollmentCode code, string flowId, DateTimeOffset now) =>
        Store.EnrollmentCodes.TryGiveAsync(accountId, code.Hash, flowId, now, Token);

    private Task<bool> ConfirmAsync(string accountId, string flowId) =>
        Store.Totp.TryConfirmPendingAsync(flowId, NewAuthenticator(accountId), new NewRecoveryCodes([1], [[1]]), traces: [], Now, Token);

    private Task<AccountChange> DisableAsync(Account account, string group) =>
        Store.Administration.SetDisabledAsync(account.Id, disabled: true, group, NewTrace(account.Id, "disable"), Token);

    private Task<AccountChange> LeaveAsync(Account account, string group)
    {
        var seen = AccountDetails.Of(account);
        return Store.Administration.UpdateAsync(account.Id, seen, seen with { Groups = [] }, group, NewTrace(account.Id, "leave"), Token);
    }

    private async Task<Account> AddAdministratorAsync(string userName)
    {
        var account = NewAccount(userName) with { Groups = ["staff", "admins"] };
        Assert.Equal(AddAccountResult.Added, await Store.Accounts.AddAsync(account, "hash", entry: null, Token));
        return account;
    }

    private Task<AccountChange> UpdateAsync(Account account, AccountDetails wanted) =>
        UpdateAsync(account, AccountDetails.Of(account), wanted, NewTrace(account.Id, "edited"));

    private Task<AccountChange> UpdateAsync(Account account, AccountDetails seen, AccountDetails wanted, ChangeTrace trace) =>
        Store.Administration.UpdateAsync(account.Id, seen, wanted, "admins", trace, Token);
}

public sealed class AdministrationOnSqlite() : AdministrationContract(StoreEngine.Sqlite);

public sealed class AdministrationOnPostgreSql() : AdministrationContract(StoreEngine.PostgreSql);

public sealed class AdministrationOnLiteDb() : AdministrationContract(StoreEngine.LiteDb);

public sealed class AdministrationOnMemory() : AdministrationContract(StoreEngine.Memory);
