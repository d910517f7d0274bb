using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql.Schema;
using MfaGateway.Storage.Tests.Contracts;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.Storage.Tests;

/// <summary>How a schema comes to be, and what stops a program from touching one.</summary>
public abstract class SchemaUpgradeTests(StoreEngine engine) : IAsyncLifetime
{
    private StoreFixture? _place;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private StoreFixture Place => _place!;

    public async ValueTask InitializeAsync() => _place = await engine.AddPlaceAsync();

    public async ValueTask DisposeAsync()
    {
        if (_place is not null)
            await _place.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_newer_schema_is_refused_with_what_to_do()
    {
        await using var store = await Place.CreateAsync(Token);
        await store.Database.WriteAsync(
            scope => scope.ExecuteAsync("INSERT INTO schema_versions (version, name) VALUES (999, 'V999_Later')"), Token);

        await using var older = Place.Connect();
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => older.Lifecycle.OpenAsync(mayCreate: true, Token));

        Assert.Contains("schema version 999", refused.Message, StringComparison.Ordinal);
        Assert.Contains("newer program", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_without_a_version_is_not_filled_up_where_there_was_a_store()
    {
        await using var store = await Place.CreateAsync(Token);
        await store.Database.WriteAsync(scope => scope.ExecuteAsync("DELETE FROM schema_versions"), Token);

        await using var again = Place.Connect();
        await Assert.ThrowsAsync<StoreRefusedException>(() => again.Lifecycle.OpenAsync(mayCreate: false, Token));
    }

    [Fact]
    public async Task Every_step_can_be_run_again_after_a_crash_at_any_statement()
    {
        await using var store = await Place.CreateAsync(Token);
        await store.Lifecycle.TryAddFactAsync("kept", [1, 2, 3], Token);

        foreach (var migration in SchemaMigration.Load(store.Database.Dialect.MigrationsFolder))
        {
            for (var done = 0; done <= migration.Statements.Count; done++)
            {
                await ForgetFromAsync(store, migration.Version);
                await RunAsync(store, migration.Statements.Take(done));

                await using var next = Place.Connect();
                await next.Lifecycle.OpenAsync(mayCreate: true, Token);
            }
        }

        Assert.Equal([1, 2, 3], (await store.Lifecycle.FindFactAsync("kept", Token))!);
    }

    [Fact]
    public async Task A_schema_cut_at_any_statement_is_completed_by_the_next_start()
    {
        await using var store = await Place.CreateAsync(Token);
        var (tables, parts) = (await ListTablesAsync(store), await ListPartsAsync(store));
        var first = SchemaMigration.Load(store.Database.Dialect.MigrationsFolder)[0];

        for (var done = 0; done <= first.Statements.Count; done++)
        {
            await DropTablesAsync(store, tables);
            await RunAsync(store, first.Statements.Take(done));

            await using var next = Place.Connect();
            await next.Lifecycle.OpenAsync(mayCreate: true, Token);

            Assert.Equal(parts, await ListPartsAsync(next));
            await next.Lifecycle.ProbeAsync(DateTimeOffset.UnixEpoch, Token);
            Assert.Equal(1, (await next.Lifecycle.ReadChangesAsync(0, Token)).Mark);
        }
    }

    [Fact]
    public async Task A_step_that_fails_leaves_nothing_behind()
    {
        await using var store = await Place.CreateAsync(Token);
        var expected = await ListTablesAsync(store);

        await Assert.ThrowsAnyAsync<Exception>(() => store.Database.WriteAsync(
            async scope =>
            {
                await scope.ExecuteAsync("CREATE TABLE half_made (id BIGINT NOT NULL PRIMARY KEY)");
                return await scope.ExecuteAsync("CREATE TABLE facts (id BIGINT)");
            },
            Token));

        Assert.Equal(expected, await ListTablesAsync(store));
    }

    [Fact]
    public async Task Both_engines_have_the_same_steps_columns_and_indexes()
    {
        var (sqlite, postgreSql) = (SchemaMigration.Load("Sqlite"), SchemaMigration.Load("PostgreSql"));
        Assert.Equal(sqlite.Select(migration => migration.Name), postgreSql.Select(migration => migration.Name));
        // Ascending, each once: a store knows only the highest that it has taken.
        Assert.Equal(sqlite.Select(migration => migration.Version).Distinct().Order(), sqlite.Select(migration => migration.Version));
        Assert.Equal(sqlite.Select(migration => migration.Version), postgreSql.Select(migration => migration.Version));

        await using var sqlitePlace = await StoreEngine.Sqlite.AddPlaceAsync();
        await using var sqliteStore = await sqlitePlace.CreateAsync(Token);
        await using var store = await Place.CreateAsync(Token);
        Assert.Equal(await ListPartsAsync(sqliteStore), await ListPartsAsync(store));
    }

    private static Task<int> ForgetFromAsync(StoreServices store, int version) =>
        store.Database.WriteAsync(
            scope => scope.ExecuteAsync("DELETE FROM schema_versions WHERE version >= @Version", new { Version = (long)version }), Token);

    private static async Task<string[]> ListTablesAsync(StoreServices store) =>
        await store.Database.ReadAsync(
            async scope => (await scope.ListAsync<string>(
                store.Database.Dialect.MigrationsFolder == "Sqlite"
                    ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
                    : "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))
                .Order(StringComparer.Ordinal).ToArray(),
            Token);

    /// <summary>Every column, and every index that has a name of its own.</summary>
    private static async Task<string[]> ListPartsAsync(StoreServices store) =>
        await store.Database.ReadAsync(
            async scope => (await scope.ListAsync<string>(
                store.Database.Dialect.MigrationsFolder == "Sqlite"
                    ? """
                        SELECT parts.name || '.' || columns.name FROM sqlite_master AS parts JOIN pragma_table_info(parts.name) AS columns
                        WHERE parts.type = 'table' AND parts.name NOT LIKE 'sqlite%'
                        UNION ALL SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite%'
                        """
                    : """
                        SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = current_schema()
                        UNION ALL SELECT indexname FROM pg_indexes
                        WHERE schemaname = current_schema() AND indexname NOT LIKE '%\_key' AND indexname NOT LIKE '%\_pkey'
                        """))
                .Order(StringComparer.Ordinal).ToArray(),
            Token);

    /// <summary>Runs them as a program does that is then killed: what ran is on disk, without a version.</summary>
    private static Task<int> RunAsync(StoreServices store, IEnumerable<string> statements) => store.Database.WriteAsync(
        async scope =>
        {
            foreach (var statement in statements)
                await scope.ExecuteAsync(statement);
            return 0;
        },
        Token);

    private static Task<int> DropTablesAsync(StoreServices store, IReadOnlyList<string> tables)
    {
        // What others refer to goes last.
        var inOrder = tables.OrderBy(table => table switch
        {
            "accounts" => 3,
            "recovery_code_sets" or "challenge_flows" => 2,
            "code_requests" => 1,
            _ => 0,
        });
        return RunAsync(store, inOrder.Select(table => $"DROP TABLE {table}"));
    }
}

public sealed class SchemaUpgradeOnSqlite() : SchemaUpgradeTests(StoreEngine.Sqlite);

public sealed class SchemaUpgradeOnPostgreSql() : SchemaUpgradeTests(StoreEngine.PostgreSql);
