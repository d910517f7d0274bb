using MfaGateway.Core.Storage;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class SigningKeyContract(StoreEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task Keys_are_read_as_they_were_added_lowest_generation_first()
    {
        Assert.Empty(await Store.SigningKeys.ListAsync(Token));

        foreach (var generation in (long[])[2, 3, 1])
            Assert.True(await Store.SigningKeys.TryAddAsync(NewKey(generation), Token));

        Assert.Equivalent(
            new[] { NewKey(1), NewKey(2), NewKey(3) }, await Store.SigningKeys.ListAsync(Token), strict: true);
    }

    [Fact]
    public async Task A_taken_generation_or_kid_changes_nothing()
    {
        await Store.SigningKeys.TryAddAsync(NewKey(1), Token);

        Assert.False(await Store.SigningKeys.TryAddAsync(NewKey(1) with { Kid = "another" }, Token));
        Assert.False(await Store.SigningKeys.TryAddAsync(NewKey(2) with { Kid = NewKey(1).Kid }, Token));

        Assert.Equivalent(new[] { NewKey(1) }, await Store.SigningKeys.ListAsync(Token), strict: true);
    }

    [Fact]
    public async Task Of_many_nodes_that_make_one_generation_exactly_one_is_told_that_it_did()
    {
        var added = await RaceAsync(number => Store.SigningKeys.TryAddAsync(NewKey(1) with { Kid = "kid" + number }, Token));

        var winner = Assert.Single(Enumerable.Range(0, Racers), number => added[number]);
        Assert.Equal("kid" + winner, Assert.Single(await Store.SigningKeys.ListAsync(Token)).Kid);
    }

    [Fact]
    public async Task Old_keys_are_deleted_and_counted()
    {
        foreach (var generation in (long[])[1, 2, 3])
            await Store.SigningKeys.TryAddAsync(NewKey(generation), Token);

        Assert.Equal(2, await Store.SigningKeys.DeleteUpToAsync(2, Token));
        Assert.Equal(0, await Store.SigningKeys.DeleteUpToAsync(2, Token));

        Assert.Equal(3, Assert.Single(await Store.SigningKeys.ListAsync(Token)).Generation);
    }

    private static SigningKeyRow NewKey(long generation) =>
        new(generation, "kid of " + generation, [0, 1, (byte)generation], Now, Now.AddHours(24));
}

public sealed class SigningKeysOnSqlite() : SigningKeyContract(StoreEngine.Sqlite);

public sealed class SigningKeysOnPostgreSql() : SigningKeyContract(StoreEngine.PostgreSql);

public sealed class SigningKeysOnLiteDb() : SigningKeyContract(StoreEngine.LiteDb);

public sealed class SigningKeysOnMemory() : SigningKeyContract(StoreEngine.Memory);
