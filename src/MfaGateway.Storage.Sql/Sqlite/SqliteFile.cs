using System.Diagnostics;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql.Schema;

namespace MfaGateway.Storage.Sql.Sqlite;

/// <summary>
/// The file of an embedded store. It is made under another name and moved into place when it is whole: whatever
/// stands under its own name was complete once, and an empty or torn file there is a loss, never a first run.
/// </summary>
internal sealed class SqliteFile(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const long ApplicationId = 0x4D464147; // "MFAG", set by the first migration
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    private string Unfinished => path + ".new";

    /// <exception cref="StoreRefusedException">There is no file although there must be one, or it is empty.</exception>
    public async Task<FileInfo> EnsureThereAsync(bool mayCreate, CancellationToken cancellationToken)
    {
        if (mayCreate && !File.Exists(path))
            await CreateAsync(cancellationToken);

        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new StoreRefusedException(
                $"There is no store at {path}, and none may be made in its place. Restore a backup of it, or set "
                + "MfaGateway:DataDirectory to where it is.");
        }

        return file.Length > 0
            ? file
            : throw new StoreRefusedException($"The store at {path} is an empty file. Something cut it: restore a backup.");
    }

    /// <summary>Reads the whole file once, so that a torn page shows at the start and not in a month.</summary>
    /// <exception cref="StoreRefusedException">Not our file, or torn.</exception>
    public async Task<bool> CheckAsync(SqlScope scope)
    {
        if (await scope.ScalarAsync<long>("PRAGMA application_id") != ApplicationId)
        {
            throw new StoreRefusedException(
                $"The file {path} is a SQLite database of another application. Set MfaGateway:DataDirectory to another directory.");
        }

        var verdict = await scope.ScalarAsync<string>("PRAGMA quick_check(1)");
        if (verdict != "ok")
            throw new StoreRefusedException($"The store at {path} is damaged ({verdict}). Restore a backup.");
        return true;
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        var directory = Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);

        await using var held = await HoldAsync(path + ".making", cancellationToken);
        if (File.Exists(path))
            return; // another process made it while this one waited

        if (File.Exists(path + "-wal"))
        {
            // SQLite would play the old log into the new file.
            throw new StoreRefusedException(
                $"There is no store at {path}, but its write-ahead log {path}-wal is there. Restore a backup of both.");
        }

        foreach (var suffix in (string[])["", "-wal", "-shm", "-journal"])
            File.Delete(Unfinished + suffix); // of a first start that was interrupted
        MakeEmptyFile(Unfinished);
        await using (var dialect = new SqliteDialect(Unfinished, SqlDialect.LongestWait))
            await new SchemaUpgrade(new SqlDatabase(dialect)).RunAsync(mayCreate: true, cancellationToken);

        // Closing the last connection has written the log back and removed it. The first commit syncs the directory
        // (SQLite does so when it makes the log), and before that nothing has been promised to anybody.
        File.Move(Unfinished, path, overwrite: false);
        File.Delete(path + ".making");
    }

    private static void MakeEmptyFile(string name)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly; // SQLite gives its log the mode of the file
        using var file = new FileStream(name, options);
    }

    /// <summary>Only one process makes the store. The lock goes with the process that held it.</summary>
    private static async Task<FileStream> HoldAsync(string name, CancellationToken cancellationToken)
    {
        // Windows would not let the holder delete a file that is shared with nobody; elsewhere only "none" locks.
        var share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, share);
            }
            catch (IOException) when (waiting.Elapsed < SqlDialect.LongestWait)
            {
                await Task.Delay(BetweenTries, cancellationToken);
            }
        }
    }
}
