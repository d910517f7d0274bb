using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Sql.Records;

internal sealed class SqlFactRecords(SqlScope scope) : IFactRecords
{
    public Task<byte[]?> FindAsync(string name) =>
        scope.ScalarAsync<byte[]>("SELECT value FROM facts WHERE name = @Name", new { Name = name });

    public Task<byte[]?> FindHeldAsync(string name) =>
        scope.ScalarAsync<byte[]>($"SELECT value FROM facts WHERE name = @Name{scope.Dialect.LockRows}", new { Name = name });

    public async Task<bool> TryAddAsync(string name, byte[] value) =>
        await scope.ExecuteAsync(
            "INSERT INTO facts (name, value) VALUES (@Name, @Value) ON CONFLICT (name) DO NOTHING", new { Name = name, Value = value }) == 1;

    public Task SetAsync(string name, byte[] value) => scope.ExecuteAsync(
        "INSERT INTO facts (name, value) VALUES (@Name, @Value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        new { Name = name, Value = value });

    public async Task<bool> TryDeleteAsync(string name) =>
        await scope.ExecuteAsync("DELETE FROM facts WHERE name = @Name", new { Name = name }) == 1;

    public async Task<IReadOnlyDictionary<string, byte[]>> ListAsync() =>
        (await scope.ListAsync<Row>("SELECT name AS Name, value AS Value FROM facts"))
        .ToDictionary(row => row.Name, row => row.Value, StringComparer.Ordinal);

    private sealed record Row(string Name, byte[] Value);
}
