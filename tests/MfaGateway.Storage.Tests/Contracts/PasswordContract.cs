using MfaGateway.Core.Storage;
using Xunit;

namespace MfaGateway.Storage.Tests.Contracts;

public abstract class PasswordContract(StoreEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task Nobody_has_no_hash() => Assert.Null(await Store.Passwords.FindHashAsync(Identifiers.New(), Token));

    [Fact]
    public async Task A_new_password_ends_the_sessions_and_flows_of_that_account_alone()
    {
        var (ada, bob) = (await AddAccountAsync("ada"), await AddAccountAsync("bob"));
        var (adasSession, bobsSession) = (await StartSessionAsync(ada.Id), await StartSessionAsync(bob.Id));
        var adasFlow = await AddFlowAsync(ada.Id);

        Assert.True(await RaisesChangeMarkAsync(
            async () => Assert.True(await Store.Passwords.SetHashAsync(ada.Id, "new hash", Now, trace: null, Token))));

        Assert.Equal("new hash", await Store.Passwords.FindHashAsync(ada.Id, Token));
        Assert.Equal("hash of bob", await Store.Passwords.FindHashAsync(bob.Id, Token));
        Assert.Null(await Store.Sessions.FindAsync(adasSession.TokenHash, Token));
        Assert.Null(await Store.Flows.FindAsync(adasFlow.TokenHash, Now, Token));
        Assert.NotNull(await Store.Sessions.FindAsync(bobsSession.TokenHash, Token));
    }

    [Fact]
    public async Task Nobody_gets_no_password() =>
        Assert.False(await Store.Passwords.SetHashAsync(Identifiers.New(), "hash", Now, trace: null, Token));

    [Fact]
    public async Task A_stronger_hash_replaces_the_one_it_was_made_from_and_ends_nothing()
    {
        var ada = await AddAccountAsync();
        var session = await StartSessionAsync(ada.Id);

        Assert.True(await Store.Passwords.TryReplaceHashAsync(ada.Id, "hash of ada", "stronger", Token));

        Assert.Equal("stronger", await Store.Passwords.FindHashAsync(ada.Id, Token));
        Assert.NotNull(await Store.Sessions.FindAsync(session.TokenHash, Token));
    }

    [Fact]
    public async Task A_stronger_hash_of_the_old_password_does_not_undo_a_new_password()
    {
        var ada = await AddAccountAsync();
        await Store.Passwords.SetHashAsync(ada.Id, "another password", Now, trace: null, Token);

        Assert.False(await Store.Passwords.TryReplaceHashAsync(ada.Id, "hash of ada", "stronger", Token));

        Assert.Equal("another password", await Store.Passwords.FindHashAsync(ada.Id, Token));
    }
}

public sealed class PasswordsOnSqlite() : PasswordContract(StoreEngine.Sqlite);

public sealed class PasswordsOnPostgreSql() : PasswordContract(StoreEngine.PostgreSql);

public sealed class PasswordsOnLiteDb() : PasswordContract(StoreEngine.LiteDb);

public sealed class PasswordsOnMemory() : PasswordContract(StoreEngine.Memory);
