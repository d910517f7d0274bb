using MfaGateway.Core.Accounts;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql;
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
                foreach (var statement in migration.Statements.Take(done))
                    await store.Database.WriteAsync(scope => scope.ExecuteAsync(statement), Token); // each commits

                await using var next = Place.Connect();
                await next.Lifecycle.OpenAsync(mayCreate: true, Token);
            }
        }

        Assert.Equal([1, 2, 3], (await store.Lifecycle.FindFactAsync("kept", Token))!);
    }

    [Fact]
    public async Task People_of_before_keep_their_groups_and_are_found_by_their_names()
    {
        await using var store = await Place.CreateAsync(Token);
        await ForgetFromAsync(store, 6);
        await store.Database.WriteAsync(
            async scope =>
            {
                foreach (var table in (string[])["account_groups", "account_search"])
                    await scope.ExecuteAsync($"DROP TABLE {table}");
                return await scope.ExecuteAsync(
                    """
                    INSERT INTO accounts (id, user_name, folded_user_name, email, folded_email, display_name, group_names, disabled, created_at)
                    VALUES ('1', 'Zoë', 'zoë', 'z@example.org', 'z@example.org', 'ZOË ÜMLAUT', @Three, 0, 1),
                      ('2', 'bob', 'bob', 'b@example.org', 'b@example.org', 'Bob', '', 0, 1),
                      ('3', 'cleo', 'cleo', 'c@example.org', 'c@example.org', 'Cleo', 'admins', 0, 1)
                    """,
                    new { Three = "staff\nnight shift\nadmins" });
            },
            Token);

        await using var next = Place.Connect();
        await next.Lifecycle.OpenAsync(mayCreate: false, Token);
        await next.Lifecycle.OpenAsync(mayCreate: false, Token);

        Assert.Equal(["staff", "night shift", "admins"], (await next.Accounts.FindAsync("1", Token))!.Groups);
        Assert.Empty((await next.Accounts.FindAsync("2", Token))!.Groups);
        Assert.Equal(["admins"], (await next.Accounts.FindAsync("3", Token))!.Groups);
        var found = await next.Directory.FindPageAsync(new AccountFilter { Text = "ümlaut" }, AccountPlace.Start, 10, DateTimeOffset.UnixEpoch, Token);
        Assert.Equal("1", Assert.Single(found.Accounts).Account.Id);
        Assert.Equal(3, await next.Directory.CountAsync(new AccountFilter(), DateTimeOffset.UnixEpoch, Token));
    }

    [Fact]
    public async Task A_schema_cut_at_any_statement_is_completed_by_the_next_start()
    {
        await using var whole = await Place.CreateAsync(Token);
        var expected = await ListTablesAsync(whole);
        var first = SchemaMigration.Load(whole.Database.Dialect.MigrationsFolder)[0];

        for (var done = 1; done < first.Statements.Count; done += 3)
        {
            await using var place = await engine.AddPlaceAsync();
            await using var cut = await place.CreateAsync(Token);
            await DropTablesAsync(cut);
            foreach (var statement in first.Statements.Take(done))
                await cut.Database.WriteAsync(scope => scope.ExecuteAsync(statement), Token);

            await using var next = place.Connect();
            await next.Lifecycle.OpenAsync(mayCreate: true, Token);

            Assert.Equal(expected, await ListTablesAsync(next));
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
    public async Task Both_engines_have_the_same_steps_and_tables()
    {
        var (sqlite, postgreSql) = (SchemaMigration.Load("Sqlite"), SchemaMigration.Load("PostgreSql"));
        Assert.Equal(sqlite.Select(migration => migration.Name), postgreSql.Select(migration => migration.Name));
        // Ascending, each once. A number may be missing (there is no 2): a store knows only the highest it has taken, so none is ever put in later.
        Assert.Equal(sqlite.Select(migration => migration.Version).Distinct().Order(), sqlite.Select(migration => migration.Version));
        Assert.Equal(sqlite.Select(migration => migration.Version), postgreSql.Select(migration => migration.Version));

        await using var sqlitePlace = await StoreEngine.Sqlite.AddPlaceAsync();
        await using var sqliteStore = await sqlitePlace.CreateAsync(Token);
        await using var store = await Place.CreateAsync(Token);
        Assert.Equal(await ListTablesAsync(sqliteStore), await ListTablesAsync(store));
    }

    private static Task<int> ForgetFromAsync(SqlStore store, int version) =>
        store.Database.WriteAsync(
            scope => scope.ExecuteAsync("DELETE FROM schema_versions WHERE version >= @Version", new { Version = (long)version }), Token);

    private static async Task<string[]> ListTablesAsync(SqlStore store) =>
        await store.Database.ReadAsync(
            async scope => (await scope.ListAsync<string>(
                store.Database.Dialect.MigrationsFolder == "Sqlite"
                    ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
                    : "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))
                .Order(StringComparer.Ordinal).ToArray(),
            Token);

    private static async Task DropTablesAsync(SqlStore store)
    {
        // What others refer to goes last.
        var inOrder = (await ListTablesAsync(store)).OrderBy(table => table switch
        {
            "accounts" => 3,
            "recovery_code_sets" or "challenge_flows" => 2,
            "code_requests" => 1,
            _ => 0,
        });
        foreach (var table in inOrder)
            await store.Database.WriteAsync(scope => scope.ExecuteAsync($"DROP TABLE {table}"), Token);
    }
}

public sealed class SchemaUpgradeOnSqlite() : SchemaUpgradeTests(StoreEngine.Sqlite);

public sealed class SchemaUpgradeOnPostgreSql() : SchemaUpgradeTests(StoreEngine.PostgreSql);
