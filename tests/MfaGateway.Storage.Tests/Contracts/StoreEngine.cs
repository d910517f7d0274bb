using MfaGateway.TestKit.Stores;

namespace MfaGateway.Storage.Tests.Contracts;

/// <summary>Where a contract is run.</summary>
public sealed class StoreEngine
{
    private StoreEngine(Func<Task<StoreFixture>> addPlaceAsync) => AddPlaceAsync = addPlaceAsync;

    public static StoreEngine Sqlite { get; } = new(() => Task.FromResult<StoreFixture>(new SqliteStoreFixture()));

    public static StoreEngine PostgreSql { get; } = new(async () => await PostgreSqlStoreFixture.AddAsync());

    public static StoreEngine LiteDb { get; } = new(() => Task.FromResult<StoreFixture>(new LiteDbStoreFixture()));

    public static StoreEngine Memory { get; } = new(() => Task.FromResult<StoreFixture>(new MemoryStoreFixture()));

    /// <summary>An empty place for a store; skips the test when this machine lacks the engine.</summary>
    public Func<Task<StoreFixture>> AddPlaceAsync { get; }
}
