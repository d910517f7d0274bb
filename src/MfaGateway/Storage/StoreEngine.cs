using MfaGateway.Configuration;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb;
using MfaGateway.Storage.Sql;

namespace MfaGateway.Storage;

/// <summary>The storage engines that can be configured, one line each.</summary>
internal sealed class StoreEngine
{
    private readonly Func<DataDirectory, string?> _fileIn;
    private readonly Func<DataDirectory, StoreOptions, IStore> _make;

    private StoreEngine(
        StoreProvider provider, Func<DataDirectory, string?> fileIn, Func<DataDirectory, StoreOptions, IStore> make, bool isEmbedded = true) =>
        (Provider, _fileIn, _make, IsEmbedded) = (provider, fileIn, make, isEmbedded);

    public static IReadOnlyList<StoreEngine> All { get; } =
    [
        new(StoreProvider.Sqlite, directory => directory.SqliteFile, (directory, _) => SqlStore.Sqlite(directory.SqliteFile)),
        new(StoreProvider.LiteDb, directory => directory.LiteDbFile, (directory, _) => new LiteDbStore(directory.Root)) { IsExclusive = true },
        new(StoreProvider.Postgres, _ => null, (_, options) => SqlStore.PostgreSql(options.ConnectionString!), isEmbedded: false),
    ];

    public StoreProvider Provider { get; }

    /// <summary>Whether it is in the data directory, and one gateway alone serves from it.</summary>
    public bool IsEmbedded { get; }

    /// <summary>Whether it is open in one process alone, so that a command has no other way than through the gateway.</summary>
    public bool IsExclusive { get; private init; }

    public static StoreEngine Of(StoreOptions options) => All.Single(engine => engine.Provider == options.Provider);

    /// <summary>Its file in a data directory, which is there from the first start on; null where it has none.</summary>
    public string? FileIn(DataDirectory directory) => _fileIn(directory);

    /// <summary>Opens nothing yet.</summary>
    public IStore Make(DataDirectory directory, StoreOptions options) => _make(directory, options);
}
