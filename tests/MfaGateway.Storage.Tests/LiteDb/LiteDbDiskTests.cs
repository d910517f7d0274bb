using System.Diagnostics;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Files;
using MfaGateway.Storage.LiteDb.Work;
using Xunit;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>What can happen to the files and the disk below a store, on a real file system.</summary>
public sealed class LiteDbDiskTests : IAsyncLifetime
{
    private readonly string _place = Directory.CreateTempSubdirectory("mfagateway-litedb-").FullName;
    private readonly TickTimeProvider _clock = new();
    private StoreDirectory _files;
    private bool _isMounted;

    public LiteDbDiskTests() => _files = new StoreDirectory(_place);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_isMounted)
            await RunAsync("umount", _place);
        Directory.Delete(_place, recursive: true);
    }

    [Fact]
    public async Task A_full_disk_takes_nothing_and_the_store_serves_again_when_there_is_room()
    {
        await MountAsync();
        await using var engine = await OpenAsync();
        await FillAsync();

        // What the log already has room for may still succeed; sooner or later nothing does.
        var kept = 0L;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            for (; kept < 1000; kept++)
                await engine.RunAsync(unit => Acts.SignIn(unit, "account", kept + 1, $"session {kept + 1}"));
        });
        _clock.Tick();
        File.Delete(Path.Combine(_place, "ballast"));
        _clock.Tick();

        var entries = (await engine.ReadAllAsync(Acts.Audit, "_id")).Count;
        Assert.InRange(entries, kept, kept + 1);
        Assert.True(await engine.RunAsync(unit => Acts.SignIn(unit, "another", 1, "after")));
    }

    [Fact]
    public async Task A_disk_that_is_mounted_read_only_is_unavailable_and_named()
    {
        await MountAsync();
        await (await OpenAsync()).DisposeAsync();
        Assert.Equal(0, await RunAsync("mount", "-o", "remount,ro", _place));

        var unavailable = await Assert.ThrowsAsync<StoreUnavailableException>(OpenAsync);

        Assert.Contains(_place, unavailable.Message, StringComparison.Ordinal);
        Assert.Contains("Read-only", unavailable.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("store.db")]
    [InlineData("store-wal")]
    public async Task A_file_that_is_moved_away_or_replaced_takes_nothing_until_it_is_back(string name)
    {
        var path = Path.Combine(_place, name);
        await using var engine = await OpenAsync();
        Assert.True(await engine.RunAsync(unit => Acts.SignIn(unit, "account", 1, "before")));

        File.Move(path, path + ".away");
        await RefusesAsync(engine, name);
        if (OperatingSystem.IsLinux())
        {
            File.Copy(path + ".away", path);
            await RefusesAsync(engine, name); // the same contents, but not the file that is open
        }

        File.Move(path + ".away", path, overwrite: true);
        _clock.Tick();
        Assert.True(await engine.RunAsync(unit => Acts.SignIn(unit, "account", 3, "after")));
        Assert.NotNull(await engine.RunAsync(unit => unit.Find(Acts.Sessions, "before")));
    }

    [Fact]
    public async Task A_directory_that_is_deleted_takes_nothing()
    {
        _files = new StoreDirectory(Path.Combine(_place, "data"));
        await using var engine = await OpenAsync();
        Directory.Delete(Path.Combine(_place, "data"), recursive: true);

        await RefusesAsync(engine, "store.db");
    }

    [Theory]
    [InlineData("store.db", "somebody's notes")]
    [InlineData("store-wal", "somebody's notes")]
    [InlineData("store.db", "SQLite format 3\0")]
    public async Task A_file_of_another_application_is_refused_and_left_alone(string name, string text)
    {
        await (await OpenAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(_place, name), text, Token);

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(OpenAsync);

        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(_place, name), Token));
    }

    private async Task RefusesAsync(LiteDbEngine engine, string name)
    {
        foreach (var _ in (string[])["as it was", "as it is after a start was tried again"])
        {
            var thrown = await Assert.ThrowsAsync<StoreUnavailableException>(() => engine.RunAsync(unit => Acts.SignIn(unit, "account", 2, "lost")));
            Assert.Contains($"{Path.DirectorySeparatorChar}{name} was deleted, moved or replaced", thrown.Message, StringComparison.Ordinal);
            _clock.Tick();
        }
    }

    private Task<LiteDbEngine> OpenAsync() =>
        LiteDbEngine.OpenAsync(_files.Open(mayCreate: true), Acts.Collections, new LiteDbEngineOptions(), _clock);

    private async Task MountAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root can mount a small disk");
        _isMounted = await RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "none", _place) == 0;
        Assert.SkipUnless(_isMounted, "a small disk can't be mounted here");
    }

    private async Task FillAsync()
    {
        await using var ballast = File.Create(Path.Combine(_place, "ballast"), bufferSize: 0);
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
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }
}
