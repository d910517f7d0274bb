using System.Reflection;
using MfaGateway.Configuration;
using MfaGateway.FunctionalTests.Attacks;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.FunctionalTests.Faults;
using MfaGateway.FunctionalTests.Journeys;
using MfaGateway.Storage;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.Engines;

// The journeys and attacks that lean on the store the most, on the engines that are not the default one. docs/storage.md says how to run
// all others on another engine.
[OnStore(StoreProvider.LiteDb)]
public sealed class SignInJourneysOnLiteDb : SignInJourneys;

[OnStore(StoreProvider.Postgres)]
public sealed class SignInJourneysOnPostgreSql : SignInJourneys;

[OnStore(StoreProvider.LiteDb)]
public sealed class OwnAccountJourneysOnLiteDb : OwnAccountJourneys;

[OnStore(StoreProvider.Postgres)]
public sealed class OwnAccountJourneysOnPostgreSql : OwnAccountJourneys;

[OnStore(StoreProvider.LiteDb)]
public sealed class SecondFactorResetJourneysOnLiteDb : SecondFactorResetJourneys;

[OnStore(StoreProvider.Postgres)]
public sealed class SecondFactorResetJourneysOnPostgreSql : SecondFactorResetJourneys;

[OnStore(StoreProvider.LiteDb)]
public sealed class LockoutAttacksOnLiteDb : LockoutAttacks;

[OnStore(StoreProvider.Postgres)]
public sealed class LockoutAttacksOnPostgreSql : LockoutAttacks;

[OnStore(StoreProvider.LiteDb)]
public sealed class CodeReplayAttacksOnLiteDb : CodeReplayAttacks;

[OnStore(StoreProvider.Postgres)]
public sealed class CodeReplayAttacksOnPostgreSql : CodeReplayAttacks;

[OnStore(StoreProvider.LiteDb)]
public sealed class GuessingAttacksOnLiteDb : GuessingAttacks;

[OnStore(StoreProvider.Postgres)]
public sealed class GuessingAttacksOnPostgreSql : GuessingAttacks;

/// <summary>That they are what they say.</summary>
public sealed class EngineTests
{
    [Fact]
    public void Each_class_of_this_folder_names_its_engine()
    {
        var classes = typeof(EngineTests).Assembly.GetTypes().Where(type => type.Namespace == typeof(EngineTests).Namespace && type.BaseType != typeof(object));
        Assert.All(classes, type => Assert.EndsWith(
            type.GetCustomAttribute<OnStoreAttribute>()!.Provider == StoreProvider.Postgres ? "OnPostgreSql" : "OnLiteDb", type.Name, StringComparison.Ordinal));
    }
}

[OnStore(StoreProvider.LiteDb)]
public sealed class LiteDbEngineTests
{
    [Fact]
    public async Task A_gateway_under_test_and_a_program_use_the_engine_of_their_class()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        Assert.True(File.Exists(gateway.Get<GatewayStore>().Directory.LiteDbFile));

        using var program = new GatewayProgram();
        await new Visitor("ada").AddedAsync(program);
        Assert.True(File.Exists(program.PathOf("data/store.db")));
    }
}

[OnStore(StoreProvider.Postgres)]
public sealed class PostgreSqlEngineTests
{
    [Fact]
    public async Task A_gateway_under_test_uses_the_engine_of_its_class()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();

        Assert.Equal("Postgres", gateway.Get<GatewayStore>().Directory.ReadNote()?.Provider);
    }
}
