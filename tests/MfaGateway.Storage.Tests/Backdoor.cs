using MfaGateway.Core.Storage;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Records;
using MfaGateway.Storage.LiteDb.Work;
using MfaGateway.Storage.Memory;
using MfaGateway.Storage.Sql;
using MfaGateway.TestKit.Stores;

namespace MfaGateway.Storage.Tests;

/// <summary>A test's way around the product, to what no record set does or shows.</summary>
internal static class Backdoor
{
    extension(StoreServices stores)
    {
        /// <summary>Raises the change mark without saying who changed.</summary>
        public Task RaiseMarkAsync(int by) => stores.Engine switch
        {
            SqlStore sql => ExecuteAsync(sql, $"UPDATE change_marks SET mark = mark + {by}"),
            MemoryStore memory => Task.FromResult(memory.Place.State = memory.Place.State with { Mark = memory.Place.State.Mark + by }),
            _ => InUnitAsync(stores, unit =>
            {
                var mark = unit.Find(Collections.Values, "mark")!;
                mark[Fields.Number] = mark[Fields.Number].AsInt64 + by;
                unit.Put(Collections.Values, mark);
                return by;
            }),
        };

        public Task<int> CountChangesAsync() => stores.Engine switch
        {
            SqlStore sql => sql.Database.ReadAsync(scope => scope.ScalarAsync<int>("SELECT COUNT(*) FROM account_changes"), CancellationToken.None),
            MemoryStore memory => Task.FromResult(memory.Place.State.Changes.Count),
            _ => InUnitAsync(stores, unit => unit.ReadAll(Collections.Changes, Fields.Id, KeyRange.All).Count()),
        };

        /// <summary>The keys of all buckets, in their ordinal order.</summary>
        public async Task<IReadOnlyList<string>> ListAttemptKeysAsync()
        {
            IEnumerable<string> keys = stores.Engine switch
            {
                SqlStore sql => await sql.Database.ReadAsync(scope => scope.ListAsync<string>("SELECT bucket_key FROM attempt_counts"), CancellationToken.None),
                MemoryStore memory => memory.Place.State.Attempts.Keys,
                _ => await InUnitAsync(stores, unit => unit.ReadAll(Collections.Attempts, Fields.Id, KeyRange.All).Select(one => one.Id).ToList()),
            };
            return [.. keys.Order(StringComparer.Ordinal)];
        }

        public Task DeleteAuditHeadAsync() => stores.Engine switch
        {
            SqlStore sql => ExecuteAsync(sql, "DELETE FROM audit_chain"),
            MemoryStore memory => Task.FromResult(memory.Place.State = memory.Place.State with { Head = null }),
            _ => InUnitAsync(stores, unit => unit.TryDelete(Collections.Values, "head")),
        };
    }

    private static Task<int> ExecuteAsync(SqlStore store, string sql) =>
        store.Database.WriteAsync(scope => scope.ExecuteAsync(sql), CancellationToken.None);

    private static Task<T> InUnitAsync<T>(StoreServices stores, Func<UnitOfWork, T> work) =>
        LiteDbStoreFixture.EngineOf(stores).Engine.RunAsync(unit => Task.FromResult(work(unit)), CancellationToken.None);
}
