using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql;
using Npgsql;
using Xunit;

namespace MfaGateway.TestKit.Stores;

/// <summary>A schema of its own on the test run's server.</summary>
public sealed class PostgreSqlStoreFixture : StoreFixture
{
    private readonly PostgreSqlServer _server;

    private PostgreSqlStoreFixture(PostgreSqlServer server, string connectionString)
    {
        _server = server;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    /// <summary>Skips the test where PostgreSQL is missing; fails it where everything must be there.</summary>
    public static void Require()
    {
        if (PostgreSqlServer.WhyMissing is not { } reason)
            return;
        if (Environment.GetEnvironmentVariable("MFAGATEWAY_REQUIRE_ALL") == "1")
            Assert.Fail(reason);
        Assert.Skip(reason);
    }

    public static async Task<PostgreSqlStoreFixture> AddAsync()
    {
        Require();
        var server = await PostgreSqlServer.SharedAsync();
        return new PostgreSqlStoreFixture(server, server.NameStore());
    }

    public override StoreServices ConnectWithoutKey() => new StoreServices(SqlStore.PostgreSql(ConnectionString));

    public override async ValueTask DisposeAsync() =>
        await _server.ExecuteAsync(
            $"DROP SCHEMA IF EXISTS {new NpgsqlConnectionStringBuilder(ConnectionString).SearchPath} CASCADE");
}
