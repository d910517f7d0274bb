using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql;
using MfaGateway.TestKit.Stores;
using Npgsql;
using Xunit;

namespace MfaGateway.Storage.Tests;

/// <summary>What can happen to a server.</summary>
public sealed class PostgreSqlFaultTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_stops_makes_the_store_unavailable_and_it_works_again_without_a_restart()
    {
        PostgreSqlStoreFixture.Require();
        await using var server = await PostgreSqlServer.StartNewAsync();
        await using var store = new StoreServices(SqlStore.PostgreSql(server.NameStore()));
        await store.Lifecycle.OpenAsync(mayCreate: true, Token);
        Assert.True(await store.Lifecycle.TryAddFactAsync("before", [1], Token));

        await server.StopAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Lifecycle.TryAddFactAsync("during", [1], Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Lifecycle.FindFactAsync("before", Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Lifecycle.ProbeAsync(Now, Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Lifecycle.OpenAsync(mayCreate: true, Token));

        await server.StartAsync();
        Assert.NotNull(await store.Lifecycle.FindFactAsync("before", Token));
        Assert.Null(await store.Lifecycle.FindFactAsync("during", Token));
        Assert.True(await store.Lifecycle.TryAddFactAsync("after", [1], Token));
    }

    [Fact]
    public async Task A_server_without_fsync_is_refused()
    {
        PostgreSqlStoreFixture.Require();
        await using var server = await PostgreSqlServer.StartNewAsync();
        await using var store = new StoreServices(SqlStore.PostgreSql(server.NameStore()));
        await server.ExecuteAsync("ALTER SYSTEM SET fsync = off");
        await server.StopAsync();
        await server.StartAsync();

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => store.Lifecycle.OpenAsync(mayCreate: true, Token));

        Assert.Contains("fsync", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_somebody_keeps_locked_makes_the_store_unavailable()
    {
        await using var place = await PostgreSqlStoreFixture.AddAsync();
        await using var made = await place.CreateAsync(Token);
        await using var store = new StoreServices(SqlStore.PostgreSql(place.ConnectionString, longestWait: TimeSpan.FromSeconds(1)));
        store.Audit.Open(place.Chain);
        await using var other = new NpgsqlConnection(place.ConnectionString);
        await other.OpenAsync(Token);
        await using var transaction = await other.BeginTransactionAsync(Token);
        await using (var command = new NpgsqlCommand("UPDATE audit_chain SET last_sequence = last_sequence", other, transaction))
            await command.ExecuteNonQueryAsync(Token);

        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.Audit.AppendAsync(new(Now, "test", null, null, null, true, null), Token));

        await transaction.RollbackAsync(Token);
        await store.Audit.AppendAsync(new(Now, "test", null, null, null, true, null), Token);
        Assert.Equal(1, Assert.Single(await store.Audit.ListAsync(null, 10, Token)).Sequence);
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_refused_and_not_made()
    {
        await using var place = await PostgreSqlStoreFixture.AddAsync();
        var elsewhere = new NpgsqlConnectionStringBuilder(place.ConnectionString) { Database = "nowhere", Password = "not-to-be-shown" };
        await using var store = new StoreServices(SqlStore.PostgreSql(elsewhere.ConnectionString));

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => store.Lifecycle.OpenAsync(mayCreate: true, Token));

        Assert.Contains("nowhere", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-to-be-shown", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_are_kept_apart_from_those_of_other_applications()
    {
        PostgreSqlStoreFixture.Require();
        var server = await PostgreSqlServer.SharedAsync();
        var database = await server.AddDatabaseAsync();
        await using var store = new StoreServices(SqlStore.PostgreSql(database));
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Token);
        await using (var foreign = new NpgsqlCommand("CREATE TABLE schema_versions (version TEXT); CREATE TABLE sessions (id INT)", connection))
            await foreign.ExecuteNonQueryAsync(Token);

        Assert.False(await store.Lifecycle.ExistsAsync(Token));
        await store.Lifecycle.OpenAsync(mayCreate: true, Token);

        await using var count = new NpgsqlCommand("SELECT COUNT(*) FROM mfa_gateway.accounts", connection);
        Assert.Equal(0L, await count.ExecuteScalarAsync(Token));
    }

    [Fact]
    public async Task Commits_wait_for_the_disk_whatever_the_database_says()
    {
        await using var place = await PostgreSqlStoreFixture.AddAsync();
        await using var store = new StoreServices(SqlStore.PostgreSql(place.ConnectionString + ";Options=-c synchronous_commit=off"));
        await store.Lifecycle.OpenAsync(mayCreate: true, Token);

        Assert.Equal("on", await store.Database.WriteAsync(scope => scope.ScalarAsync<string>("SHOW synchronous_commit"), Token));
        Assert.Equal("5s", await store.Database.WriteAsync(scope => scope.ScalarAsync<string>("SHOW lock_timeout"), Token));
    }
}
