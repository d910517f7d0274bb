using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql;

namespace MfaGateway.Storage.Tests;

/// <summary>A test's way around the product, into the database of a store on SQLite or PostgreSQL.</summary>
internal static class SqlStoreAccess
{
    extension(StoreServices stores)
    {
        public SqlDatabase Database => ((SqlStore)stores.Engine).Database;
    }
}
