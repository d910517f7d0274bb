using LiteDB;
using MfaGateway.Core.Storage.Records;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbFactRecords(LiteDbScope scope) : IFactRecords
{
    private const string Kind = "fact";

    public Task<byte[]?> FindAsync(string name) =>
        scope.ReadAsync(unit => unit.Find(Collections.Values, KeyOf(name))?.Bytes(Fields.Value));

    public Task<byte[]?> FindHeldAsync(string name) => FindAsync(name);

    public Task<bool> TryAddAsync(string name, byte[] value) =>
        scope.WriteAsync(unit => unit.TryAdd(Collections.Values, From(name, value)));

    public Task SetAsync(string name, byte[] value) => scope.WriteAsync(unit => unit.Put(Collections.Values, From(name, value)));

    public Task<bool> TryDeleteAsync(string name) => scope.WriteAsync(unit => unit.TryDelete(Collections.Values, KeyOf(name)));

    public Task<IReadOnlyDictionary<string, byte[]>> ListAsync() => scope.ReadAsync<IReadOnlyDictionary<string, byte[]>>(unit =>
        unit.ReadAll(Collections.Values, Fields.Id, Keys.Under(Kind))
            .ToDictionary(one => Keys.SecondOf(one.Id), one => one.Bytes(Fields.Value), StringComparer.Ordinal));

    internal static BsonDocument From(string name, byte[] value) => NewDocument((Fields.Id, KeyOf(name)), (Fields.Value, value));

    private static string KeyOf(string name) => Keys.Join(Kind, name);
}
