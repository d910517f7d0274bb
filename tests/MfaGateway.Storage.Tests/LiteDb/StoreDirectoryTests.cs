using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Files;
using MfaGateway.Storage.LiteDb.Work;
using Xunit;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>The files on a real disk: how they come to be, who may read them, and what is a loss.</summary>
public sealed class StoreDirectoryTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("mfagateway-litedb-").FullName;
    private readonly StoreDirectory _directory;

    public StoreDirectoryTests() => _directory = new StoreDirectory(Path.Combine(_parent, "data"));

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public async Task A_store_is_made_once_and_found_again_and_is_for_its_owner_alone()
    {
        await using (var engine = await OpenAsync(mayCreate: true))
            Assert.True(await engine.RunAsync(unit => Acts.Consume(unit, "code", "it")));

        await using (var engine = await OpenAsync(mayCreate: false))
            Assert.False(await engine.RunAsync(unit => Acts.Consume(unit, "code", "again")));

        Assert.Equal(["store-wal", "store.db", "store.lock"], Directory.GetFiles(Path.Combine(_parent, "data")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal(file | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(_parent, "data")));
            foreach (var path in (string[])[_directory.DataPath, _directory.LogPath, _directory.LockPath])
                Assert.Equal(file, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public async Task What_was_acknowledged_is_read_from_the_files_of_a_process_that_did_not_stop()
    {
        var copy = new StoreDirectory(Path.Combine(_parent, "copy"));
        await using (var engine = await OpenAsync(mayCreate: true))
        {
            await Task.WhenAll(Enumerable.Range(1, 50).Select(number => engine.RunAsync(unit => Acts.SignIn(unit, $"u{number}", number, $"session {number}"))));
            Directory.CreateDirectory(Path.Combine(_parent, "copy"));
            File.Copy(_directory.DataPath, copy.DataPath);
            File.Copy(_directory.LogPath, copy.LogPath);
        }

        await using var found = await LiteDbEngine.OpenAsync(copy.Open(mayCreate: false), Acts.Collections, new LiteDbEngineOptions(), TimeProvider.System);
        Assert.Equal(50, (await found.ReadAllAsync(Acts.Audit, "_id")).Count);
    }

    [Fact]
    public async Task A_second_process_is_kept_out()
    {
        await using var engine = await OpenAsync(mayCreate: true);

        var refused = Assert.Throws<StoreUnavailableException>(() => _directory.Open(mayCreate: true));

        Assert.Contains("another process", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Half_a_store_is_a_loss_and_never_a_first_run(bool mayCreate)
    {
        await (await OpenAsync(mayCreate: true)).DisposeAsync();

        File.Move(_directory.LogPath, _directory.LogPath + ".away");
        Assert.Contains("store-wal is missing", Assert.Throws<StoreRefusedException>(() => _directory.Open(mayCreate)).Message, StringComparison.Ordinal);

        File.Move(_directory.LogPath + ".away", _directory.LogPath);
        File.Move(_directory.DataPath, _directory.DataPath + ".away");
        Assert.Contains("store.db is missing", Assert.Throws<StoreRefusedException>(() => _directory.Open(mayCreate)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_store_is_made_where_none_may_be()
    {
        Assert.Throws<StoreRefusedException>(() => _directory.Open(mayCreate: false));
        Assert.False(Directory.Exists(Path.Combine(_parent, "data")));
    }

    [Fact]
    public async Task A_first_run_that_was_interrupted_is_done_again()
    {
        await (await OpenAsync(mayCreate: true)).DisposeAsync();
        File.Move(_directory.DataPath, _directory.DataPath + ".new"); // as between the two renames

        await using var engine = await OpenAsync(mayCreate: true);

        Assert.True(await engine.RunAsync(unit => Acts.Consume(unit, "code", "it")));
    }

    [Fact]
    public async Task Collections_and_indexes_that_are_new_are_made_at_the_next_start()
    {
        await using (var engine = await OpenAsync(mayCreate: true))
            await engine.RunAsync(unit => Acts.SignIn(unit, "account", 1, "session"));

        CollectionDefinition[] grown = [.. Acts.Collections.Where(one => one.Name != Acts.Sessions), new(Acts.Sessions, "t", "a", "x", "u"), new("new", "k")];
        await using var opened = await LiteDbEngine.OpenAsync(_directory.Open(mayCreate: false), grown, new LiteDbEngineOptions(), TimeProvider.System);

        Assert.Single(await opened.RunAsync(unit => unit.Read(Acts.Sessions, "u", KeyRange.Prefix("Mozilla"), 5)));
        Assert.Empty(await opened.RunAsync(unit => unit.Read("new", "k", KeyRange.All, 5)));
    }

    private Task<LiteDbEngine> OpenAsync(bool mayCreate) =>
        LiteDbEngine.OpenAsync(_directory.Open(mayCreate), Acts.Collections, new LiteDbEngineOptions(), TimeProvider.System);
}
