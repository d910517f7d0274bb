using MfaGateway.Storage.LiteDb.Files;

namespace MfaGateway.Storage.LiteDb.Pages;

/// <summary>
/// LiteDB's data file. Checkpoints alone write it: pages are gathered, each once, and go out in runs of neighbours when the
/// log that they come from is durable, and the log is forgotten only after they are. So a torn page is always mended by the
/// log, and a read of a damaged one throws.
/// </summary>
internal sealed class DataStream(IDurableFile file, LogStream log, EngineAccess access) : PageStream(access)
{
    /// <summary>Pages in one write, at most: 2 MiB.</summary>
    private const int MaxRun = 256;

    private readonly SortedDictionary<long, byte[]> _pending = [];
    private long _pages = file.Length / Page.Size;

    public override long Length => _pages * Page.Size;

    protected override string Name => file.Name;

    /// <summary>False where the page is missing or damaged.</summary>
    public bool TryReadStored(long number, Span<byte> page) =>
        file.Read(page, number * Page.Size) == Page.Size && DataPage.TryUnseal(page, number, log.Store);

    /// <summary>Writes what was gathered and syncs it.</summary>
    public override void Flush()
    {
        Access.Check();
        if (_pending.Count == 0)
            return;
        log.Flush();
        var run = new byte[Math.Min(_pending.Count, MaxRun) * Page.Size];
        long first = 0;
        var count = 0;
        foreach (var (number, page) in _pending)
        {
            if (count > 0 && (number != first + count || count == MaxRun))
            {
                file.Write(run.AsSpan(0, count * Page.Size), first * Page.Size);
                count = 0;
            }

            if (count == 0)
                first = number;
            page.CopyTo(run, count++ * Page.Size);
        }

        file.Write(run.AsSpan(0, count * Page.Size), first * Page.Size);
        file.Sync();
        _pending.Clear();
    }

    public override void SetLength(long value) => throw new InvalidOperationException($"The data file {file.Name} is never cut.");

    protected override void ReadPage(long number, Span<byte> destination)
    {
        if (_pending.TryGetValue(number, out var page))
        {
            page.CopyTo(destination);
            Page.SetTransaction(destination, DataPage.NoTransaction);
        }
        else if (!TryReadStored(number, destination))
        {
            throw new IOException($"Page {number} of {file.Name} is damaged.");
        }
    }

    protected override void WritePage(long number, ReadOnlySpan<byte> source)
    {
        if (!_pending.TryGetValue(number, out var page))
            _pending[number] = page = new byte[Page.Size];
        source.CopyTo(page);
        DataPage.Seal(page, number, log.Store);
        _pages = Math.Max(_pages, number + 1);
    }
}
