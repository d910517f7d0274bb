using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql;

namespace MfaGateway.TestKit.Stores;

/// <summary>An embedded store in a directory of its own.</summary>
public sealed class SqliteStoreFixture : StoreFixture
{
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("mfagateway-store-").FullName;

    public string FilePath => Path.Combine(Directory, "gateway.db");

    public override StoreServices ConnectWithoutKey() => new StoreServices(SqlStore.Sqlite(FilePath));

    public override ValueTask DisposeAsync()
    {
        System.IO.Directory.Delete(Directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}
