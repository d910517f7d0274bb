using MfaGateway.Core.Mail;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class RecoveryCodeContract(StoreEngine engine) : StoreContract(engine)
{
    private static readonly byte[][] Hashes = [.. Enumerable.Range(0, 10).Select(number => new byte[] { 1, (byte)number })];

    [Fact]
    public async Task An_account_without_codes_has_no_set()
    {
        var ada = await AddAccountAsync();

        Assert.Null(await Store.RecoveryCodes.FindSetAsync(ada.Id, Token));
        Assert.False(await ConsumeAsync(ada.Id, Hashes[0]));
    }

    [Fact]
    public async Task Each_code_passes_once_in_any_order()
    {
        var ada = await AddAccountAsync();
        await Store.RecoveryCodes.ReplaceAllAsync(ada.Id, new([5, 0, 5], Hashes), Now, Token);

        Assert.True(await ConsumeAsync(ada.Id, Hashes[7]));
        Assert.True(await ConsumeAsync(ada.Id, Hashes[2]));
        Assert.False(await ConsumeAsync(ada.Id, Hashes[7]));
        Assert.False(await ConsumeAsync(ada.Id, [1, 99]));

        var set = await Store.RecoveryCodes.FindSetAsync(ada.Id, Token);
        Assert.Equal([5, 0, 5], set!.Salt);
        Assert.Equal(8, set.Remaining);
        Assert.Equal(Now, set.MadeAt);
    }

    [Fact]
    public async Task A_spent_code_spends_what_every_authenticator_shows_with_it_and_lowers_no_counter()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        var step = Now.ToUnixTimeSeconds() / 60; // these have periods of a minute
        var behind = await AddAuthenticatorAsync(ada.Id, lastUsedStep: step - 5);
        var ahead = await AddAuthenticatorAsync(ada.Id, lastUsedStep: step + 9);
        var bobs = await AddAuthenticatorAsync(bob.Id, lastUsedStep: step - 5);
        await Store.RecoveryCodes.ReplaceAllAsync(ada.Id, new([1], Hashes), Now, Token);
        var mail = new OutboxMail("a mail", ada.Id, "RecoveryCodeUsed", [1], Now);

        Assert.False(await ConsumeAsync(ada.Id, [9, 9]));
        Assert.Equal(step - 5, await StepAsync(behind.Id));
        Assert.True(await Store.RecoveryCodes.TryConsumeRecoveryCodeAsync(ada.Id, Hashes[0], Now, 1, [mail], Token));

        Assert.Equal(step + 1, await StepAsync(behind.Id));
        Assert.Equal(step + 9, await StepAsync(ahead.Id));
        Assert.Equal(step - 5, await StepAsync(bobs.Id, bob.Id));
        Assert.False(await Store.Totp.TryAdvanceTotpStepAsync(behind.Id, step + 1, Now, Token));
        Assert.True(await Store.Totp.TryAdvanceTotpStepAsync(behind.Id, step + 2, Now, Token));
        Assert.Equal(1, (await Store.Mail.CountUndeliveredAsync(Token)).Waiting);

        async Task<long> StepAsync(string id, string? accountId = null) =>
            (await Store.Totp.ListAsync(accountId ?? ada.Id, Token)).Single(authenticator => authenticator.Id == id).LastUsedStep;
    }

    [Fact]
    public async Task A_code_is_of_one_account_alone()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        await Store.RecoveryCodes.ReplaceAllAsync(ada.Id, new([1], Hashes), Now, Token);
        await Store.RecoveryCodes.ReplaceAllAsync(bob.Id, new([2], [[8, 8]]), Now, Token);

        Assert.False(await ConsumeAsync(bob.Id, Hashes[0]));
        Assert.False(await ConsumeAsync(ada.Id, [8, 8]));
        Assert.Equal(10, (await Store.RecoveryCodes.FindSetAsync(ada.Id, Token))!.Remaining);
    }

    [Fact]
    public async Task New_codes_are_the_only_codes()
    {
        var ada = await AddAccountAsync();
        await Store.RecoveryCodes.ReplaceAllAsync(ada.Id, new([1], Hashes), Now, Token);
        await ConsumeAsync(ada.Id, Hashes[0]);

        await Store.RecoveryCodes.ReplaceAllAsync(ada.Id, new([2], [[9, 9], [9, 8]]), Now, Token);

        Assert.False(await ConsumeAsync(ada.Id, Hashes[1]));
        var set = await Store.RecoveryCodes.FindSetAsync(ada.Id, Token);
        Assert.Equal([2], set!.Salt);
        Assert.Equal(2, set.Remaining);
    }

    [Fact]
    public async Task Of_many_who_race_with_one_code_exactly_one_passes()
    {
        var ada = await AddAccountAsync();
        await Store.RecoveryCodes.ReplaceAllAsync(ada.Id, new([1], Hashes), Now, Token);
        await using var otherNode = Place.Connect();

        var passed = await RaceAsync(number =>
            (number % 2 == 0 ? Store : otherNode).RecoveryCodes.TryConsumeRecoveryCodeAsync(ada.Id, Hashes[3], Now, 1, [], Token));

        Assert.Single(passed, true);
        Assert.Equal(9, (await Store.RecoveryCodes.FindSetAsync(ada.Id, Token))!.Remaining);
    }

    [Fact]
    public async Task Sets_that_are_made_at_once_are_never_mixed()
    {
        var ada = await AddAccountAsync();

        await RaceAsync(async number =>
        {
            await Store.RecoveryCodes.ReplaceAllAsync(ada.Id, new([(byte)number], [[(byte)number, 0], [(byte)number, 1]]), Now, Token);
            return true;
        });

        var set = (await Store.RecoveryCodes.FindSetAsync(ada.Id, Token))!;
        Assert.Equal(2, set.Remaining);
        Assert.True(await ConsumeAsync(ada.Id, [set.Salt[0], 0]));
        Assert.True(await ConsumeAsync(ada.Id, [set.Salt[0], 1]));
    }

    private Task<bool> ConsumeAsync(string accountId, byte[] hash) =>
        Store.RecoveryCodes.TryConsumeRecoveryCodeAsync(accountId, hash, Now, 1, [], Token);
}

public sealed class RecoveryCodesOnSqlite() : RecoveryCodeContract(StoreEngine.Sqlite);

public sealed class RecoveryCodesOnPostgreSql() : RecoveryCodeContract(StoreEngine.PostgreSql);

public sealed class RecoveryCodesOnLiteDb() : RecoveryCodeContract(StoreEngine.LiteDb);

public sealed class RecoveryCodesOnMemory() : RecoveryCodeContract(StoreEngine.Memory);
