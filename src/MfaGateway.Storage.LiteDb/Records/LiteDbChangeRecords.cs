using LiteDB;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Work;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbChangeRecords(LiteDbScope scope) : IChangeRecords
{
    private const string Mark = "mark";

    public Task AddAsync(string accountId) => scope.WriteAsync(unit =>
    {
        var mark = FindMark(unit) + 1 ?? throw new StoreRefusedException("The store has lost its change mark. Restore a backup.");
        unit.Put(Collections.Values, From(mark));
        unit.Put(Collections.Changes, NewDocument((Fields.Id, mark), (Fields.Account, accountId)));
    });

    public Task<ChangeList?> ReadAsync(long since, int most) => scope.ReadAsync(unit =>
    {
        if (FindMark(unit) is not { } mark)
            return null;
        var isKnown = mark > since && mark - since <= most;
        return new ChangeList(mark, isKnown ? [.. unit.ReadAll(Collections.Changes, Fields.Id, KeyRange.Above(since)).Select(one => one.Text(Fields.Account))] : []);
    });

    public Task<int> TrimAsync(int kept) => scope.WriteAsync(unit => FindMark(unit) is { } mark
        ? unit.DeleteAll(Collections.Changes, unit.Read(Collections.Changes, Fields.Id, KeyRange.AtMost(mark - kept), Sweep.Most))
        : 0);

    internal static BsonDocument From(long mark) => NewDocument((Fields.Id, Mark), (Fields.Number, mark));

    private static long? FindMark(UnitOfWork unit) => unit.Find(Collections.Values, Mark)?.Long(Fields.Number);
}
