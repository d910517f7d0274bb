using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Documents;

namespace MfaGateway.Storage.LiteDb.Files;

/// <summary>
/// The directory of a store: <c>store.db</c>, <c>store-wal</c> and <c>store.lock</c>. A store is made under other names and
/// moved into place when it is whole, the data file last. What has its own name was therefore complete once, and an empty
/// or missing file there is a loss, never a first run.
/// </summary>
internal sealed class StoreDirectory(string directory)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string Unfinished = ".new";

    public string DataPath { get; } = Path.Combine(directory, "store.db");

    public string LogPath { get; } = Path.Combine(directory, "store-wal");

    public string LockPath { get; } = Path.Combine(directory, "store.lock");

    /// <summary>Takes the lock, makes the store where there is none and that is allowed, and opens both files.</summary>
    /// <exception cref="StoreRefusedException">There is no store and none may be made, or half of one is missing.</exception>
    /// <exception cref="StoreUnavailableException">Another process has the store, or the disk does not take the files.</exception>
    public StoreFilePair Open(bool mayCreate)
    {
        FileStream? hold = null;
        try
        {
            if (mayCreate)
                MakeDirectory();
            if (!Directory.Exists(directory))
                throw Missing();
            hold = Hold();
            EnsureThere(mayCreate);
            return new StoreFilePair(new DurableFile(DataPath, FileMode.Open), new DurableFile(LogPath, FileMode.Open), hold);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            hold?.Dispose();
            throw new StoreUnavailableException($"The store in {directory} cannot be opened: {exception.Message}", exception);
        }
        catch
        {
            hold?.Dispose();
            throw;
        }
    }

    private void MakeDirectory()
    {
        if (Directory.Exists(directory))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, OwnerOnly);
        if (Path.GetDirectoryName(Path.GetFullPath(directory)) is { } parent)
            SystemCalls.SyncDirectory(parent);
    }

    private FileStream Hold()
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new FileStream(LockPath, options);
        }
        catch (IOException exception) when (IsHeldByAnother(exception))
        {
            throw new StoreUnavailableException(
                $"The store in {directory} is open in another process (its lock file {LockPath} is held), and LiteDB serves one "
                + "process alone. Stop the other process, or have it do the work.",
                exception)
            {
                IsHeld = true,
            };
        }
    }

    // The runtime gives the sharing violation of Windows, or EAGAIN of the flock(2) that it takes (Linux 11, macOS 35). Anything else is
    // the disk's: read-only, full.
    private static bool IsHeldByAnother(IOException exception) => exception.HResult is 11 or 35 or unchecked((int)0x80070020);

    private void EnsureThere(bool mayCreate)
    {
        var (data, log) = (File.Exists(DataPath), File.Exists(LogPath));
        if (data && log)
            return;
        if (data)
        {
            throw new StoreRefusedException(
                $"The store {DataPath} is there, but its log {LogPath} is missing, and with it what was committed last. "
                + "Restore both files from a backup.");
        }

        // Between the two renames of a first start the log has its name and the data file has not.
        if (log && !File.Exists(DataPath + Unfinished))
        {
            throw new StoreRefusedException(
                $"The log {LogPath} is there, but the store {DataPath} is missing. Restore both files from a backup.");
        }

        if (!mayCreate)
            throw Missing();
        Create();
    }

    private void Create()
    {
        using (var data = new DurableFile(DataPath + Unfinished, FileMode.Create))
        using (var log = new DurableFile(LogPath + Unfinished, FileMode.Create))
            DocumentEngine.Create(data, log);

        File.Move(LogPath + Unfinished, LogPath, overwrite: true); // of a first start that was interrupted
        File.Move(DataPath + Unfinished, DataPath, overwrite: false);
        SystemCalls.SyncDirectory(directory);
    }

    private StoreRefusedException Missing() => new(
        $"There is no store at {DataPath}, and none may be made in its place. Restore a backup of it, or set "
        + "MfaGateway:DataDirectory to where it is.");
}
