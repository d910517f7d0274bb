using System.Diagnostics;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql;
using MfaGateway.TestKit.Stores;
using Microsoft.Data.Sqlite;
using Xunit;

namespace MfaGateway.Storage.Tests;

/// <summary>What can happen to a file.</summary>
public sealed class SqliteFaultTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly SqliteStoreFixture _place = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_empty_file_is_a_loss_and_never_a_first_run(bool mayCreate)
    {
        await File.WriteAllBytesAsync(_place.FilePath, [], Token);

        var refused = await RefusedAsync(mayCreate);

        Assert.Contains("empty file", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(_place.FilePath).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_no_database_is_refused_and_left_alone(bool mayCreate)
    {
        var text = "not a database at all, but somebody's notes\n"u8.ToArray();
        await File.WriteAllBytesAsync(_place.FilePath, text, Token);

        await RefusedAsync(mayCreate);

        Assert.Equal(text, await File.ReadAllBytesAsync(_place.FilePath, Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_database_of_another_application_is_refused_and_left_alone(bool mayCreate)
    {
        await using (var foreign = await ConnectAsync())
            await ExecuteAsync(foreign, "CREATE TABLE bookmarks (url TEXT)");

        var refused = await RefusedAsync(mayCreate);

        Assert.Contains("another application", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public async Task A_file_that_was_cut_is_refused(double kept)
    {
        await MakeStoreAsync();
        await using (var file = File.OpenWrite(_place.FilePath))
            file.SetLength((long)(file.Length * kept) / 4096 * 4096);

        var refused = await RefusedAsync(mayCreate: true);

        Assert.Contains(_place.FilePath, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Restore a backup", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_an_overwritten_page_is_refused()
    {
        await MakeStoreAsync();
        await using (var file = File.OpenWrite(_place.FilePath))
        {
            file.Position = 4096 * 3;
            await file.WriteAsync(Enumerable.Repeat((byte)0xA5, 4096).ToArray(), Token);
        }

        await RefusedAsync(mayCreate: false);
    }

    [Fact]
    public async Task A_log_without_its_store_is_refused()
    {
        await File.WriteAllBytesAsync(_place.FilePath + "-wal", [1, 2, 3], Token);

        await RefusedAsync(mayCreate: true);

        Assert.False(File.Exists(_place.FilePath));
    }

    [Fact]
    public async Task What_an_interrupted_first_start_left_behind_does_not_stop_the_next_one()
    {
        await File.WriteAllBytesAsync(_place.FilePath + ".new", [1, 2, 3], Token);
        await File.WriteAllBytesAsync(_place.FilePath + ".new-wal", [4, 5, 6], Token);
        await File.WriteAllBytesAsync(_place.FilePath + ".making", [], Token);

        await using var store = await _place.CreateAsync(Token);

        Assert.True(await store.Lifecycle.TryAddFactAsync("instance", [1], Token));
        Assert.Equal(
            ["gateway.db", "gateway.db-shm", "gateway.db-wal"],
            Directory.EnumerateFiles(_place.Directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_files_and_the_directory_are_the_owners_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes");
            return; // for the analyzer, which does not know that the line above throws
        }

        var path = Path.Combine(_place.Directory, "made", "for", "it", "gateway.db");
        await using var store = new StoreServices(SqlStore.Sqlite(path));
        await store.Lifecycle.OpenAsync(mayCreate: true, Token);
        await store.Lifecycle.ProbeAsync(Now, Token);

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        foreach (var suffix in (string[])["", "-wal", "-shm"])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path + suffix));
    }

    [Fact]
    public async Task A_store_that_another_process_keeps_locked_is_unavailable_and_works_again_after()
    {
        await MakeStoreAsync();
        await using var store = new StoreServices(SqlStore.Sqlite(_place.FilePath, longestWait: TimeSpan.FromMilliseconds(100)));
        await store.Lifecycle.OpenAsync(mayCreate: false, Token);
        await using var other = await ConnectAsync();
        await ExecuteAsync(other, "BEGIN IMMEDIATE");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Lifecycle.TryAddFactAsync("a", [1], Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Lifecycle.ProbeAsync(Now, Token));
        Assert.Null(await store.Lifecycle.FindFactAsync("a", Token)); // reading goes on

        await ExecuteAsync(other, "ROLLBACK");
        Assert.True(await store.Lifecycle.TryAddFactAsync("a", [1], Token));
    }

    [Fact]
    public async Task A_full_store_takes_nothing_and_works_again_when_there_is_room()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root can mount a small disk");
        var disk = Path.Combine(_place.Directory, "disk");
        Directory.CreateDirectory(disk);
        var mounted = await RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "none", disk);
        Assert.SkipUnless(mounted == 0, "a small disk can't be mounted here");
        try
        {
            await using var store = new StoreServices(SqlStore.Sqlite(Path.Combine(disk, "gateway.db")));
            await store.Lifecycle.OpenAsync(mayCreate: true, Token);
            await FillAsync(Path.Combine(disk, "ballast"));

            // What the log already has room for may still succeed; sooner or later nothing does.
            var kept = 0;
            await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
            {
                for (; kept < 1000; kept++)
                    await store.Lifecycle.TryAddFactAsync("fact " + kept, new byte[8192], Token);
            });
            Assert.Null(await store.Lifecycle.FindFactAsync("fact " + kept, Token));

            File.Delete(Path.Combine(disk, "ballast"));
            Assert.True(await store.Lifecycle.TryAddFactAsync("fact " + kept, [1], Token));
            await store.Lifecycle.ProbeAsync(Now, Token);
        }
        finally
        {
            await RunAsync("umount", disk);
        }
    }

    [Fact]
    public async Task A_store_whose_file_was_deleted_under_it_takes_nothing()
    {
        await using var store = await _place.CreateAsync(Token);
        File.Delete(_place.FilePath);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Lifecycle.TryAddFactAsync("a", [1], Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Lifecycle.ProbeAsync(Now, Token));
    }

    [Fact]
    public async Task A_path_that_is_a_directory_is_unavailable_or_refused_and_left_alone()
    {
        Directory.CreateDirectory(_place.FilePath);
        await using var store = _place.Connect();

        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => store.Lifecycle.OpenAsync(mayCreate: true, Token));

        Assert.True(thrown is StoreRefusedException or StoreUnavailableException, thrown.ToString());
        Assert.True(Directory.Exists(_place.FilePath));
    }

    [Fact]
    public async Task Commits_wait_for_the_disk()
    {
        await using var store = await _place.CreateAsync(Token);

        Assert.Equal(2, await store.Database.WriteAsync(scope => scope.ScalarAsync<long>("PRAGMA synchronous"), Token)); // FULL
        Assert.Equal("wal", await store.Database.WriteAsync(scope => scope.ScalarAsync<string>("PRAGMA journal_mode"), Token));
        Assert.Equal(1, await store.Database.WriteAsync(scope => scope.ScalarAsync<long>("PRAGMA foreign_keys"), Token));
    }

    private static async Task FillAsync(string path)
    {
        await using var ballast = File.Create(path, bufferSize: 0);
        try
        {
            while (true)
                await ballast.WriteAsync(new byte[4096], Token);
        }
        catch (IOException)
        {
            // Full, as it should be.
        }
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })!;
        await process.WaitForExitAsync(Token);
        return process.ExitCode;
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Token);
    }

    private async Task<SqliteConnection> ConnectAsync()
    {
        var connection = new SqliteConnection($"Data Source={_place.FilePath};Pooling=False");
        await connection.OpenAsync(Token);
        return connection;
    }

    /// <summary>A store with something in it, closed, so that all of it is in its file.</summary>
    private async Task MakeStoreAsync()
    {
        await using var store = await _place.CreateAsync(Token);
        for (var number = 0; number < 20; number++)
            await store.Lifecycle.TryAddFactAsync("fact " + number, new byte[3000], Token);
    }

    private async Task<StoreRefusedException> RefusedAsync(bool mayCreate)
    {
        await using var store = _place.Connect();
        return await Assert.ThrowsAsync<StoreRefusedException>(() => store.Lifecycle.OpenAsync(mayCreate, Token));
    }
}
