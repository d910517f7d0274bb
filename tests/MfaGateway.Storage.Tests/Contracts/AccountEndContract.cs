using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

/// <summary>Accounts that are renamed or deleted, and names at the sign-in.</summary>
public abstract class AccountEndContract(StoreEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task A_deleted_account_leaves_nothing_but_its_name_beside_the_audit()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        var (session, flow) = (await StartSessionAsync(ada.Id), await AddFlowAsync(ada.Id));
        await AddAuthenticatorAsync(ada.Id);
        await Store.Totp.AddOrGetPendingAsync(NewPending(ada.Id, flow.Id), Now, Token);
        await Store.RecoveryCodes.ReplaceAllAsync(ada.Id, new NewRecoveryCodes([1], [[1]]), Now, Token);
        var browser = new KnownBrowser(Identifiers.New(), SecretToken.New().Hash, ada.Id, "::1", "agent", Now, Now, Now.AddDays(1));
        await Store.KnownBrowsers.RememberAsync(browser, session.Id, 10, Token);
        await ReserveAsync(ada.Id, "passwords");
        var bobsSession = await StartSessionAsync(bob.Id);
        await Store.Mail.EnqueueAsync([MailTo(ada), MailTo(bob)], Token);

        Assert.True(await RaisesChangeMarkAsync(async () => Assert.Equal(AccountChange.Done, await DeleteAsync(ada))));

        Assert.Null(await Store.Accounts.FindAsync(ada.Id, Token));
        Assert.Null(await Store.Accounts.FindByUserNameAsync("ada", Token));
        Assert.Null(await Store.Accounts.FindByEmailAsync(EmailAddress.Fold(ada.Email), Token));
        Assert.Null(await Store.Sessions.FindAsync(session.TokenHash, Token));
        Assert.Null(await Store.Flows.FindAsync(flow.TokenHash, Now, Token));
        Assert.Null(await Store.Totp.FindPendingAsync(flow.Id, Now, Token));
        Assert.Empty(await Store.Totp.ListAsync(ada.Id, Token));
        Assert.Null(await Store.RecoveryCodes.FindSetAsync(ada.Id, Token));
        Assert.Null(await Store.Passwords.FindHashAsync(ada.Id, Token));
        Assert.Empty(await Store.KnownBrowsers.ListAsync(ada.Id, Now, Token));
        Assert.Empty(await Store.Attempts.FindLocksAsync(ada.Id, Now, Token));
        Assert.Equal(1, (await Store.Mail.CountUndeliveredAsync(Token)).Waiting);
        Assert.NotNull(await Store.Sessions.FindAsync(bobsSession.TokenHash, Token));
        Assert.Equal(["bob"], (await ListAsync()).Select(account => account.UserName));
        Assert.Equal("deleted", (await Store.Audit.ListAsync(null, 1, Token))[0].Entry.Event);
        Assert.Equal("ada", await Store.Accounts.FindDeletedNameAsync(ada.Id, Token));
        Assert.Equal(ada.Id, await Store.Accounts.FindDeletedIdAsync("ada", Token));
    }

    [Fact]
    public async Task No_counter_outlives_a_deleted_account_and_those_of_others_do()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        var limits = new AttemptLimits(new AttemptOptions(), new ChallengeOptions());
        var client = new ClientContext("192.0.2.1", "agent");
        await ReserveAllAsync(bob);
        var ofBob = await Store.ListAttemptKeysAsync();
        await ReserveAllAsync(ada);
        Assert.True((await Store.ListAttemptKeysAsync()).Count > ofBob.Count);

        Assert.Equal(AccountChange.Done, await DeleteAsync(ada));

        Assert.Equal(ofBob, await Store.ListAttemptKeysAsync());

        async Task ReserveAllAsync(Account account)
        {
            var browser = new KnownBrowser(Identifiers.New(), SecretToken.New().Hash, account.Id, "::1", "agent", Now, Now, Now.AddDays(1));
            await Store.KnownBrowsers.RememberAsync(browser, (await StartSessionAsync(account.Id)).Id, 10, Token);
            foreach (var known in (KnownBrowser?[])[null, browser])
            {
                var owner = new MailOwner(account.Id, EmailAddress.Fold(account.Email), known);
                await ReserveAsync(
                [
                    limits.ForMailGap(owner), .. limits.ForMail(owner, client).Buckets, .. limits.ForPassword(account.Id, known).Buckets,
                    limits.ForNotice(account.Id, window: 3),
                ]);
            }
        }

        async Task ReserveAsync(IReadOnlyList<AttemptBucket> buckets)
        {
            foreach (var bucket in buckets)
                await Store.Attempts.TryReserveAttemptAsync([bucket], Now, Token);
        }
    }

    [Fact]
    public async Task Name_and_address_of_a_deleted_account_are_free_and_its_history_stays_its_own()
    {
        var first = await AddAccountAsync("ada");
        await DeleteAsync(first);
        var second = await AddAccountAsync("ada");
        Assert.Equal(AccountChange.Done, await DeleteAsync(second with { }, at: Now.AddDays(1)));

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(second.Id, await Store.Accounts.FindDeletedIdAsync("ada", Token));
        Assert.Equal("ada", await Store.Accounts.FindDeletedNameAsync(first.Id, Token));
        Assert.Null(await Store.Accounts.FindDeletedIdAsync("bob", Token));
    }

    [Fact]
    public async Task A_name_is_forgotten_with_the_last_entry_about_its_account()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        await DeleteAsync(ada);
        await DeleteAsync(bob, at: Now.AddDays(1));

        await Store.Audit.TrimAsync(Now.AddHours(1), 100, Now.AddDays(2), Token);

        Assert.Null(await Store.Accounts.FindDeletedNameAsync(ada.Id, Token));
        Assert.Equal("bob", await Store.Accounts.FindDeletedNameAsync(bob.Id, Token));
    }

    [Fact]
    public async Task The_last_administrator_is_not_deleted_and_of_two_who_delete_each_other_one_stays()
    {
        var (ada, bob) = (await AddAdministratorAsync("ada"), await AddAdministratorAsync("bob"));

        var results = await Task.WhenAll(Task.Run(() => DeleteAsync(ada), Token), Task.Run(() => DeleteAsync(bob), Token));

        Assert.Equal([AccountChange.Done, AccountChange.LastAdministrator], results.Order());
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task An_account_under_another_name_by_now_is_neither_deleted_nor_renamed()
    {
        var ada = await AddAccountAsync("ada");
        Assert.Equal(AccountChange.Done, await RenameAsync(ada, "countess"));

        Assert.Equal(AccountChange.Outdated, await DeleteAsync(ada));
        Assert.Equal(AccountChange.Outdated, await RenameAsync(ada, "duchess"));
        Assert.Equal(AccountChange.AccountGone, await DeleteAsync(NewAccount("nobody")));
        Assert.Equal("countess", Assert.Single(await ListAsync()).UserName);
    }

    [Fact]
    public async Task Renaming_ends_what_is_going_on_and_frees_the_old_name()
    {
        var ada = await AddAccountAsync("ada");
        var (session, flow) = (await StartSessionAsync(ada.Id), await AddFlowAsync(ada.Id));

        Assert.True(await RaisesChangeMarkAsync(async () => Assert.Equal(AccountChange.Done, await RenameAsync(ada, "Countess"))));

        Assert.Null(await Store.Sessions.FindAsync(session.TokenHash, Token));
        Assert.Null(await Store.Flows.FindAsync(flow.TokenHash, Now, Token));
        Assert.Equal("Countess", (await Store.Accounts.FindByUserNameAsync("countess", Token))!.UserName);
        Assert.Null(await Store.Accounts.FindByUserNameAsync("ada", Token));
        Assert.Equal(["Countess"], (await FindAsync("countess")).Select(account => account.UserName));
        Assert.Equal("hash of ada", await Store.Passwords.FindHashAsync(ada.Id, Token));
        await AddOtherAsync("ada");
        Assert.Equal(["ada", "Countess"], (await ListAsync()).Select(account => account.UserName)); // in the order of the new names
    }

    [Fact]
    public async Task Another_letter_case_of_ones_own_name_is_no_clash_and_another_accounts_name_is()
    {
        var (ada, _) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));

        Assert.Equal(AccountChange.UserNameTaken, await RenameAsync(ada, "BOB"));
        Assert.Equal(AccountChange.Done, await RenameAsync(ada, "Ada"));
        Assert.Equal("Ada", (await Store.Accounts.FindAsync(ada.Id, Token))!.UserName);
    }

    [Fact]
    public async Task Of_many_who_are_given_one_name_at_once_one_gets_it()
    {
        var people = new List<Account>();
        for (var number = 0; number < 16; number++)
            people.Add(await AddAccountAsync("ada" + number));

        var results = await Task.WhenAll(people.Select(one => Task.Run(() => RenameAsync(one, "countess"), Token)));

        Assert.Single(results, AccountChange.Done);
        Assert.Equal(15, results.Count(result => result == AccountChange.UserNameTaken));
    }

    [Fact]
    public async Task Sign_ins_that_race_a_deletion_leave_no_session_and_no_fault()
    {
        var ada = await AddAccountAsync("ada");
        var flow = await AddFlowAsync(ada.Id);

        var results = await RaceAsync(
            async number =>
            {
                if (number == 20)
                    return await DeleteAsync(ada) == AccountChange.Done;
                var session = NewSession(ada.Id);
                await ReserveAsync(ada.Id, $"passwords/{number}");
                if (await Store.Flows.TryAddAsync(NewFlow(ada.Id), signInEpoch: 0, Token))
                    await Store.Sessions.TryStartAsync(session, SessionOrigin.Flow(flow.Id), null, 100, Token);
                return true;
            });

        Assert.All(results, Assert.True);
        Assert.Empty(await Store.Sessions.ListAsync(ada.Id, Token));
        Assert.Null(await Store.Accounts.FindAsync(ada.Id, Token));
    }

    [Theory]
    [InlineData("ada", "ada")]
    [InlineData("ADA", "ada")]
    [InlineData("ada@example.org", "ada")]
    [InlineData(" Ada@EXAMPLE.org", "ada")]
    [InlineData("ada@example.com", null)]
    [InlineData("", null)]
    [InlineData("bob, ada@example.org", null)]
    public async Task A_name_at_the_sign_in_is_a_user_name_or_an_address(string typed, string? expected)
    {
        await AddAccountAsync("ada");
        await AddAccountAsync("bob");

        Assert.Equal(expected, (await Store.Accounts.FindForSignInAsync(SignInName.Of(typed), Token))?.UserName);
    }

    [Theory]
    [InlineData("ada@example.org")]
    [InlineData("ADA@Example.ORG")]
    [InlineData("ａｄａ@example.org")] // full-width letters
    public async Task A_user_name_is_not_the_address_of_another_account(string name)
    {
        await AddAccountAsync("ada");
        var eve = await AddAccountAsync("eve");

        Assert.Equal(AddAccountResult.UserNameIsAddress, await Store.Accounts.AddAsync(NewAccount("x") with { UserName = name }, "hash", entry: null, Token));
        Assert.Equal(AccountChange.UserNameIsAddress, await RenameAsync(eve, name));
        Assert.Equal(2, (await ListAsync()).Count);
    }

    [Theory]
    [InlineData("x@bücher.example", "x@xn--bcher-kva.example")]
    [InlineData("x@example.org", "X@example.org")]
    public async Task An_address_is_not_the_user_name_of_another_account(string userName, string address)
    {
        Assert.Equal(AddAccountResult.Added, await Store.Accounts.AddAsync(NewAccount("x") with { UserName = userName, Email = "other@example.org" }, "hash", entry: null, Token));
        var eve = await AddAccountAsync("eve");
        var seen = AccountDetails.Of(eve);

        Assert.Equal(AddAccountResult.EmailIsUserName, await Store.Accounts.AddAsync(NewAccount("y") with { Email = address }, "hash", entry: null, Token));
        Assert.Equal(
            AccountChange.EmailIsUserName,
            await Store.Administration.UpdateAsync(eve.Id, seen, seen with { Email = address }, "admins", NewTrace(eve.Id, "edited"), Token));
    }

    [Fact]
    public async Task An_account_may_have_its_own_address_as_its_user_name()
    {
        var ada = NewAccount("ada") with { UserName = "ada@example.org" };

        Assert.Equal(AddAccountResult.Added, await Store.Accounts.AddAsync(ada, "hash", entry: null, Token));

        Assert.Equal(ada.Id, (await Store.Accounts.FindForSignInAsync(SignInName.Of("ada@example.org"), Token))!.Id);
    }

    [Fact]
    public async Task Of_two_who_take_an_address_as_name_and_as_address_at_once_one_gets_it()
    {
        for (var round = 0; round < 8; round++)
        {
            var taken = $"one{round}@example.com";
            var asName = NewAccount($"name{round}") with { UserName = taken };
            var asAddress = NewAccount($"address{round}") with { Email = taken };

            var results = await Task.WhenAll(
                Task.Run(() => Store.Accounts.AddAsync(asName, "hash", entry: null, Token), Token),
                Task.Run(() => Store.Accounts.AddAsync(asAddress, "hash", entry: null, Token), Token));

            Assert.Single(results, AddAccountResult.Added);
        }
    }

    [Fact]
    public async Task Where_an_older_store_holds_both_the_user_name_wins()
    {
        var (ada, eve) = (await AddAccountAsync("ada"), await AddAccountAsync("eve"));
        await Store.Transactions.WriteAsync(
            transaction => transaction.Accounts.UpdateAsync(eve, eve with { UserName = "ada@example.org" }), Token);

        Assert.Equal(eve.Id, (await Store.Accounts.FindForSignInAsync(SignInName.Of("ada@example.org"), Token))!.Id);
        Assert.Equal(ada.Id, (await Store.Accounts.FindForSignInAsync(SignInName.Of("ada"), Token))!.Id);
    }

    private static OutboxMail MailTo(Account account) => new(Identifiers.New(), account.Id, nameof(NoticeKind.PasswordChanged), [1, 2, 3], Now);

    private Task<AttemptReservation> ReserveAsync(string accountId, string key) => Store.Attempts.TryReserveAttemptAsync(
        [new AttemptBucket(AttemptLimit.Password, $"account/{accountId}/{key}", 1, TimeSpan.FromMinutes(15)) { AccountId = accountId }], Now, Token);

    private async Task AddOtherAsync(string userName) => Assert.Equal(
        AddAccountResult.Added, await Store.Accounts.AddAsync(NewAccount(userName) with { Email = "another@example.org" }, "hash", entry: null, Token));

    private async Task<Account> AddAdministratorAsync(string userName)
    {
        var account = NewAccount(userName) with { Groups = ["admins"] };
        Assert.Equal(AddAccountResult.Added, await Store.Accounts.AddAsync(account, "hash", entry: null, Token));
        return account;
    }

    private Task<AccountChange> DeleteAsync(Account account, DateTimeOffset? at = null) => Store.Administration.DeleteAsync(
        account.Id, account.UserName, "admins", new(new AuditEntry(at ?? Now, "deleted", account.Id, "tester", null, true, null), []), Token);

    private Task<AccountChange> RenameAsync(Account account, string userName) =>
        Store.Administration.RenameAsync(account.Id, account.UserName, userName, NewTrace(account.Id, "renamed"), Token);

    private Task<IReadOnlyList<Account>> ListAsync() => FindAsync(text: null);

    private async Task<IReadOnlyList<Account>> FindAsync(string? text) =>
        [.. (await Store.Directory.FindPageAsync(new AccountFilter { Text = text }, AccountPlace.Start, 100, Now, Token)).Accounts.Select(listed => listed.Account)];
}

public sealed class AccountEndOnSqlite() : AccountEndContract(StoreEngine.Sqlite);

public sealed class AccountEndOnPostgreSql() : AccountEndContract(StoreEngine.PostgreSql);

public sealed class AccountEndOnLiteDb() : AccountEndContract(StoreEngine.LiteDb);

public sealed class AccountEndOnMemory() : AccountEndContract(StoreEngine.Memory);
