namespace MfaGateway.Storage.LiteDb.Files;

/// <summary>Data and log file together, and what keeps other processes away from them.</summary>
internal sealed class StoreFilePair(IDurableFile data, IDurableFile log, IDisposable? hold) : IStoreFiles
{
    public IDurableFile Data => data;

    public IDurableFile Log => log;

    public void Dispose()
    {
        data.Dispose();
        log.Dispose();
        hold?.Dispose(); // last: while a file is open, no other process may have the store
    }
}
