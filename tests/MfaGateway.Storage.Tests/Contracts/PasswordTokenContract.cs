using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class PasswordTokenContract(StoreEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task An_invited_account_has_no_password_until_its_link_sets_one()
    {
        var (ada, token) = (NewAccount("ada"), SecretToken.New());

        Assert.Equal(AddAccountResult.Added, await Store.Administration.InviteAsync(ada, NewToken(token), NewTrace(ada.Id, "invited"), Token));

        Assert.Equivalent(ada, await Store.Accounts.FindAsync(ada.Id, Token), strict: true);
        Assert.Null(await Store.Passwords.FindHashAsync(ada.Id, Token));
        Assert.Equal(ada.Id, await FindAsync(token, Now));
        Assert.True(await RaisesChangeMarkAsync(async () => Assert.True(await RedeemAsync(token, "first hash"))));
        Assert.Equal("first hash", await Store.Passwords.FindHashAsync(ada.Id, Token));
        Assert.Equal(["redeemed", "invited"], (await Store.Audit.ListAsync(null, 10, Token)).Select(recorded => recorded.Entry.Event));
    }

    [Fact]
    public async Task An_invitation_of_a_taken_name_or_address_leaves_nothing()
    {
        await AddAccountAsync("ada");
        var token = SecretToken.New();

        Assert.Equal(AddAccountResult.UserNameTaken, await InviteAsync(NewAccount("ADA") with { Email = "other@example.org" }, token));
        Assert.Equal(AddAccountResult.EmailTaken, await InviteAsync(NewAccount("eve") with { Email = "Ada@example.org" }, token));

        Assert.Null(await FindAsync(token, Now));
        Assert.Empty(await Store.Audit.ListAsync(null, 10, Token));
    }

    [Fact]
    public async Task A_link_is_good_once_whoever_is_first_of_many()
    {
        var ada = await AddAccountAsync();
        var token = SecretToken.New();
        await SetAsync(ada.Id, token);

        var results = await RaceAsync(number => RedeemAsync(token, "hash " + number));

        Assert.Single(results, done => done);
        Assert.Null(await FindAsync(token, Now));
    }

    [Fact]
    public async Task Looking_at_a_link_does_not_spend_it_and_its_time_ends()
    {
        var ada = await AddAccountAsync();
        var token = SecretToken.New();
        await SetAsync(ada.Id, token);

        for (var look = 0; look < 3; look++)
            Assert.Equal(ada.Id, await FindAsync(token, Now.AddHours(72).AddMilliseconds(-1)));
        Assert.Null(await FindAsync(token, Now.AddHours(72)));
        Assert.False(await RedeemAsync(token, "late", Now.AddHours(72)));
        Assert.Null(await FindAsync(SecretToken.New(), Now));
        Assert.True(await RedeemAsync(token, "in time", Now.AddHours(71)));
    }

    [Fact]
    public async Task The_newest_link_alone_is_good_and_other_peoples_stay()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        var (old, current, bobs) = (SecretToken.New(), SecretToken.New(), SecretToken.New());
        await SetAsync(ada.Id, old);
        await SetAsync(ada.Id, current);
        await SetAsync(bob.Id, bobs);

        Assert.False(await RedeemAsync(old, "hash"));
        Assert.True(await RedeemAsync(current, "hash"));
        Assert.Equal(bob.Id, await FindAsync(bobs, Now));
    }

    [Fact]
    public async Task A_password_set_otherwise_another_address_and_disabling_void_the_links()
    {
        var ada = await AddAccountAsync();
        var (one, two, three) = (SecretToken.New(), SecretToken.New(), SecretToken.New());

        await SetAsync(ada.Id, one);
        await Store.Passwords.SetHashAsync(ada.Id, "other", Now, trace: null, Token);
        Assert.False(await RedeemAsync(one, "hash"));

        await SetAsync(ada.Id, two);
        var seen = AccountDetails.Of(ada);
        await Store.Administration.UpdateAsync(ada.Id, seen, seen with { Email = "new@example.org" }, "admins", NewTrace(ada.Id, "edited"), Token);
        Assert.False(await RedeemAsync(two, "hash"));

        await SetAsync(ada.Id, three);
        await SetDisabledAsync(ada.Id);
        Assert.False(await RedeemAsync(three, "hash"));
        Assert.False(await SetAsync(ada.Id, SecretToken.New()));
        await SetDisabledAsync(ada.Id, disabled: false);
        Assert.False(await RedeemAsync(three, "hash"));
        Assert.Equal("other", await Store.Passwords.FindHashAsync(ada.Id, Token));
    }

    [Fact]
    public async Task A_new_password_signs_out_and_leaves_the_second_factor()
    {
        var ada = await AddAccountAsync();
        var token = SecretToken.New();
        await AddAuthenticatorAsync(ada.Id);
        var (session, flow) = (await StartSessionAsync(ada.Id), await AddFlowAsync(ada.Id));
        await SetAsync(ada.Id, token);

        Assert.True(await RedeemAsync(token, "hash"));

        Assert.Null(await Store.Sessions.FindAsync(session.TokenHash, Token));
        Assert.Null(await Store.Flows.FindAsync(flow.TokenHash, Now, Token));
        Assert.Single(await Store.Totp.ListAsync(ada.Id, Token));
    }

    [Fact]
    public async Task A_link_for_an_address_that_was_changed_meanwhile_is_not_made()
    {
        var ada = await AddAccountAsync();
        var token = SecretToken.New();

        Assert.False(await SetAsync(ada.Id, token, "old@example.org"));

        Assert.Null(await FindAsync(token, Now));
        Assert.Empty(await Store.Audit.ListAsync(null, 10, Token));
    }

    [Fact]
    public async Task A_new_password_forgets_the_guesses_at_the_old_one_and_none_at_the_second_factor()
    {
        var ada = await AddAccountAsync();
        var token = SecretToken.New();
        await SetAsync(ada.Id, token);
        var guesses = AttemptLimits.PasswordKeys(ada.Id)
            .Select(key => new AttemptBucket(AttemptLimit.Password, key, 1, TimeSpan.FromMinutes(15)) { AccountId = ada.Id }).ToList();
        AttemptBucket codes = new(AttemptLimit.Codes, AttemptLimits.SecondFactorKeys(ada.Id)[0], 1, TimeSpan.FromMinutes(15)) { AccountId = ada.Id };
        await Store.Attempts.TryReserveAttemptAsync([.. guesses, codes], Now, Token);

        Assert.True(await RedeemAsync(token, "hash"));

        Assert.IsType<AttemptReservation.Granted>(await Store.Attempts.TryReserveAttemptAsync(guesses, Now, Token));
        Assert.IsType<AttemptReservation.Refused>(await Store.Attempts.TryReserveAttemptAsync([codes], Now, Token));
    }

    [Fact]
    public async Task A_password_by_a_mailed_link_rests_on_the_mailbox_until_another_one_is_set()
    {
        var ada = await AddAccountAsync();
        Assert.False(await Store.Passwords.RestsOnMailboxAsync(ada.Id, Token));
        foreach (var byMail in new[] { true, false, true })
        {
            var token = SecretToken.New();
            await SetAsync(ada.Id, token);
            Assert.True(await Store.PasswordTokens.TryRedeemAsync(token.Hash, "hash", byMail, Now, NewTrace(ada.Id, "redeemed"), Token));
            Assert.Equal(byMail, await Store.Passwords.RestsOnMailboxAsync(ada.Id, Token));
        }

        await Store.Passwords.TryReplaceHashAsync(ada.Id, "hash", "stronger hash", Token);
        Assert.True(await Store.Passwords.RestsOnMailboxAsync(ada.Id, Token));
        await Store.Passwords.SetHashAsync(ada.Id, "by an administrator", Now, trace: null, Token);
        Assert.False(await Store.Passwords.RestsOnMailboxAsync(ada.Id, Token));
    }

    [Fact]
    public async Task A_session_keeps_which_of_its_proofs_rest_on_the_mailbox()
    {
        var ada = await AddAccountAsync();
        var flow = await AddFlowAsync(ada.Id);
        Proof[] proofs = [new(FactorKind.Password, Now) { ByMail = true }, new(FactorKind.Totp, Now.AddSeconds(1))];
        var session = NewSession(ada.Id) with { Proofs = proofs };
        Assert.True(await Store.Sessions.TryStartAsync(session, SessionOrigin.Flow(flow.Id), null, 100, Token));

        Assert.Equal(proofs, (await Store.Sessions.FindAsync(session.TokenHash, Token))!.Proofs);
    }

    [Fact]
    public async Task What_is_kept_for_nobody_leads_nowhere_and_is_swept_like_the_rest()
    {
        var tokens = Enumerable.Range(0, 3).Select(_ => SecretToken.New()).ToList();
        foreach (var token in tokens)
            await Store.PasswordTokens.AddForNobodyAsync(NewToken(token), Token);

        foreach (var token in tokens)
        {
            Assert.Null(await FindAsync(token, Now));
            Assert.False(await RedeemAsync(token, "hash"));
        }

        Assert.Equal(3, await Store.Lifecycle.DeleteExpiredAsync(Now.AddHours(72), Token));
    }

    [Fact]
    public async Task Links_whose_time_is_over_are_swept()
    {
        var ada = await AddAccountAsync();
        await SetAsync(ada.Id, SecretToken.New());

        Assert.Equal(0, await Store.Lifecycle.DeleteExpiredAsync(Now.AddHours(71), Token));
        Assert.Equal(1, await Store.Lifecycle.DeleteExpiredAsync(Now.AddHours(72), Token));
    }

    private static PasswordToken NewToken(SecretToken token) => new(token.Hash, PasswordTokenPurpose.Invitation, Now, Now.AddHours(72));

    private Task<AddAccountResult> InviteAsync(Account account, SecretToken token) =>
        Store.Administration.InviteAsync(account, NewToken(token), NewTrace(account.Id, "invited"), Token);

    private Task<bool> SetAsync(string accountId, SecretToken token) =>
        SetAsync(accountId, token, foldedEmail: null);

    private async Task<bool> SetAsync(string accountId, SecretToken token, string? foldedEmail) =>
        await Store.PasswordTokens.SetAsync(
            accountId, foldedEmail ?? EmailAddress.Fold((await Store.Accounts.FindAsync(accountId, Token))!.Email), NewToken(token), NewTrace(accountId, "link made"), Token);

    private Task<string?> FindAsync(SecretToken token, DateTimeOffset now) => Store.PasswordTokens.FindAccountIdAsync(token.Hash, now, Token);

    private Task<bool> RedeemAsync(SecretToken token, string hash, DateTimeOffset? now = null) =>
        Store.PasswordTokens.TryRedeemAsync(token.Hash, hash, byMail: true, now ?? Now, NewTrace("somebody", "redeemed"), Token);
}

public sealed class PasswordTokensOnSqlite() : PasswordTokenContract(StoreEngine.Sqlite);

public sealed class PasswordTokensOnPostgreSql() : PasswordTokenContract(StoreEngine.PostgreSql);

public sealed class PasswordTokensOnLiteDb() : PasswordTokenContract(StoreEngine.LiteDb);

public sealed class PasswordTokensOnMemory() : PasswordTokenContract(StoreEngine.Memory);
