using MfaGateway.Configuration;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.Faults;

/// <summary>
/// Something of what was in the data directory is not there any more, or is not what it was. Whatever it is, the program
/// does not start, says what to do, and makes nothing in its place: neither when it serves nor for a command.
/// </summary>
[OnStore(StoreProvider.Sqlite)]
public sealed class LostStoreTests : IAsyncLifetime
{
    private readonly GatewayProgram _program = new();
    private readonly GatewayProgram _another = new();

    public async ValueTask InitializeAsync()
    {
        await new Visitor("ada").AddedAsync(_program);
        await new Visitor("bob").AddedAsync(_another);
    }

    public ValueTask DisposeAsync()
    {
        _program.Dispose();
        _another.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("gateway.db")]
    [InlineData("keys")]
    public Task What_is_missing_is_not_made_anew(string name) => RefusedAsync(name, path =>
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    });

    [Theory]
    [InlineData("gateway.db")]
    [InlineData("store.json")]
    [InlineData("keys")]
    public Task What_is_empty_is_not_filled(string name) => RefusedAsync(name, path =>
    {
        foreach (var file in FilesOf(path))
        {
            if (Directory.Exists(path))
                File.Delete(file);
            else
                File.WriteAllBytes(file, []);
        }
    });

    [Theory]
    [InlineData("gateway.db")]
    [InlineData("store.json")]
    [InlineData("keys")]
    public Task What_is_torn_is_not_repaired(string name) => RefusedAsync(name, path =>
    {
        foreach (var file in FilesOf(path))
        {
            using var torn = File.OpenWrite(file);
            torn.SetLength(torn.Length / 2);
        }
    });

    [Theory]
    [InlineData("keys", "")]
    [InlineData("keys", "not a key")]
    [InlineData("keys", "<key id=\"00000000-0000-0000-0000-000000000001\" version=\"1\" />")]
    [InlineData("store.json", "{}")]
    [InlineData("store.json", "null")]
    [InlineData("store.json", "[]")]
    [InlineData("gateway.db", "not a store")]
    public Task What_holds_something_else_is_refused(string name, string text) => RefusedAsync(name, path =>
    {
        foreach (var file in FilesOf(path))
            File.WriteAllText(file, text);
    });

    [Theory]
    [InlineData("gateway.db")]
    [InlineData("keys")]
    [InlineData("store.json")]
    public Task What_belongs_to_another_gateway_is_refused(string name) => RefusedAsync(name, path =>
    {
        foreach (var file in FilesOf(path))
            File.Delete(file);
        foreach (var file in FilesOf(_another.PathOf($"data/{name}")))
            File.Copy(file, Directory.Exists(path) ? Path.Combine(path, Path.GetFileName(file)) : path);
    });

    [Fact]
    public async Task A_store_of_a_newer_program_is_refused()
    {
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_program.PathOf("data/gateway.db")};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO schema_versions (version, name) VALUES (999, 'V999_Later')";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var error = await RefusedAsync("gateway.db", _ => { });

        Assert.Contains("999", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_schema_where_a_store_was_is_not_filled()
    {
        await using var place = await PostgreSqlStoreFixture.AddAsync();
        string[] settings =
            ["--MfaGateway:DataDirectory=shared", "--MfaGateway:Store:Provider=Postgres", $"--MfaGateway:Store:ConnectionString={place.ConnectionString}"];
        Assert.Equal(0, (await _program.RunAsync(
            "nineteen-Copper-kettles-42", ["users", "add", "ada", "--email", "ada@example.org", "--password-stdin", .. settings])).ExitCode);
        await place.DisposeAsync();

        var result = await _program.RunAsync(["serve", "--urls=http://127.0.0.1:0", .. settings]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Restore a backup", Assert.Single(result.Errors), StringComparison.Ordinal);
        await using var store = place.Connect();
        Assert.False(await store.Lifecycle.ExistsAsync(TestContext.Current.CancellationToken));
    }

    private static IEnumerable<string> FilesOf(string path) => Directory.Exists(path) ? Directory.EnumerateFiles(path) : [path];

    private async Task<string> RefusedAsync(string name, Action<string> spoil)
    {
        var path = _program.PathOf($"data/{name}");
        spoil(path);
        var before = Listing();

        var served = await _program.RunAsync("serve", "--urls=http://127.0.0.1:0");
        var commanded = await _program.RunAsync(
            "nineteen-Copper-kettles-42", ["users", "add", "eve", "--email", "eve@example.org", "--password-stdin"]);

        Assert.Equal(1, served.ExitCode);
        Assert.Equal(1, commanded.ExitCode);
        var error = Assert.Single(served.Errors);
        Assert.Contains(_program.PathOf("data"), error, StringComparison.Ordinal);
        Assert.Matches("[Rr]estore|Point to|Start the newer|Set ", error);
        Assert.Equal(served.Errors, commanded.Errors);
        Assert.Equal(before, Listing());
        return error;
    }

    // The lock is no part of the store; SQLite's own two files come and go.
    private List<string> Listing() =>
        [.. Directory.EnumerateFileSystemEntries(_program.PathOf("data"), "*", SearchOption.AllDirectories)
            .Where(entry => !Path.GetFileName(entry).StartsWith("gateway.lock", StringComparison.Ordinal)
                && !entry.EndsWith("-wal", StringComparison.Ordinal) && !entry.EndsWith("-shm", StringComparison.Ordinal))
            .Select(entry => Directory.Exists(entry) ? entry : $"{entry} {Convert.ToHexString(File.ReadAllBytes(entry))}")
            .Order(StringComparer.Ordinal)];
}
