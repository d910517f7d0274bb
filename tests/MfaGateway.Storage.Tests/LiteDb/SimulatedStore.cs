using MfaGateway.Storage.LiteDb;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Files;
using MfaGateway.Storage.LiteDb.Work;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>A store in memory: its two files, the power they have, and the clock of its engine.</summary>
internal sealed class SimulatedStore
{
    public SimulatedStore()
        : this([], [])
    {
        DocumentEngine.Create(Data, Log);
    }

    public SimulatedStore(byte[] data, byte[] log)
    {
        Data = new SimulatedFile("store.db", data, Power);
        Log = new SimulatedFile("store-wal", log, Power);
    }

    public Power Power { get; } = new();

    public SimulatedFile Data { get; }

    public SimulatedFile Log { get; }

    public TickTimeProvider Clock { get; } = new();

    public LiteDbEngineOptions Options { get; init; } = new();

    public Task<LiteDbEngine> OpenAsync() =>
        LiteDbEngine.OpenAsync(new StoreFilePair(Data, Log, hold: null), Acts.Collections, Options, Clock);

    /// <summary>The gateway's store over these files, not open yet.</summary>
    public LiteDbStore Connect() => new(Data.Name, new StoreFilePair(Data, Log, hold: null), Options);
}
