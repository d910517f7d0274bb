using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Files;

namespace MfaGateway.Storage.LiteDb.Pages;

/// <summary>
/// What happens before LiteDB opens a file. LiteDB's own recovery is not used: it takes pages without checking them and reads
/// page 0 before it looks at the log. Here the log is brought into the data file first, so that LiteDB always begins with an
/// empty log and a data file whose every page was verified.
/// </summary>
internal static class StoreRecovery
{
    /// <exception cref="StoreRefusedException">The files do not belong together, or acknowledged data is damaged.</exception>
    /// <exception cref="IOException">The disk is full or fails; nothing is lost, and the same can be done again.</exception>
    public static (DataStream Data, LogStream Log) Run(IStoreFiles files, EngineAccess access)
    {
        var header = LogHeader.Read(files.Log);
        var frames = LogScan.Run(files.Log, header);
        header.Confirm(files.Log);
        var log = new LogStream(files.Log, header, frames, access);
        var data = new DataStream(files.Data, log, access);

        var page = new byte[Page.Size];
        if (data.TryReadStored(0, page))
            RequireSameStore(files, page, log);
        else if (frames == 0)
            throw Damaged(files, 0); // a checkpoint that tore page 0 would have left its log
        Replay(data, log);
        log.SetLength(0); // even where nothing was replayed: what a failed sync left behind is of an earlier epoch then
        Verify(files, data, log, page);
        return (data, log);
    }

    private static void Replay(DataStream data, LogStream log)
    {
        var open = new Dictionary<uint, List<byte[]>>();
        log.Position = 0;
        for (long index = 0; index < log.Frames; index++)
        {
            var page = new byte[Page.Size];
            log.ReadExactly(page);
            var transaction = Page.Transaction(page);
            if (!open.TryGetValue(transaction, out var pages))
                open[transaction] = pages = [];
            pages.Add(page);
            if (!Page.IsConfirmed(page))
                continue;

            foreach (var one in pages)
            {
                Page.ClearConfirmed(one);
                data.Position = Page.Number(one) * (long)Page.Size;
                data.Write(one, 0, Page.Size);
            }

            open.Remove(transaction);
        }

        data.Flush();
    }

    private static void Verify(IStoreFiles files, DataStream data, LogStream log, byte[] page)
    {
        if (!data.TryReadStored(0, page))
            throw Damaged(files, 0);
        RequireSameStore(files, page, log);
        var count = Page.CountIn(page);
        if (files.Data.Length < count * Page.Size)
        {
            throw new StoreRefusedException(
                $"The store {files.Data.Name} has {files.Data.Length} bytes, but must have {count * Page.Size}: it was cut. "
                + "Restore its two files from a backup.");
        }

        for (long number = 1; number < count; number++)
        {
            if (!data.TryReadStored(number, page))
                throw Damaged(files, number);
        }
    }

    private static void RequireSameStore(IStoreFiles files, ReadOnlySpan<byte> firstPage, LogStream log)
    {
        if (DataPage.StoreOf(firstPage) != log.Store)
        {
            throw new StoreRefusedException(
                $"The log {files.Log.Name} belongs to another store than {files.Data.Name}. Restore both files from one backup.");
        }
    }

    private static StoreRefusedException Damaged(IStoreFiles files, long number) => new(
        $"Page {number} of the store {files.Data.Name} (at byte {number * Page.Size}) is damaged. Check the disk and restore the "
        + "store's two files from a backup.");
}
