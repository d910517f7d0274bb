using LiteDB;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Storage.LiteDb.Documents;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbAuditRecords(LiteDbScope scope) : IAuditRecords
{
    private const string Head = "head";

    public Task<AuditHead?> FindHeadAsync() => scope.ReadAsync(unit => unit.Find(Collections.Values, Head) is { } head
        ? new AuditHead(
            head.Long(Fields.First), head.Bytes(Fields.MacBefore), head.Long(Fields.Number), head.Bytes(Fields.Mac), head.BytesOrNull(Fields.Seal))
        : null);

    public Task<AuditHead?> HoldHeadAsync() => FindHeadAsync();

    public Task SetHeadAsync(AuditHead head) => scope.WriteAsync(unit => unit.Put(Collections.Values, From(head)));

    public Task<bool> TryAddAsync(RecordedAuditEntry entry, byte[] mac) =>
        scope.WriteAsync(unit => unit.TryAdd(Collections.Audit, From(entry, mac)));

    public Task<ChainedAuditEntry?> FindLastAsync() => scope.ReadAsync(unit =>
        unit.FindFirst(Collections.Audit, Fields.Id, KeyRange.All.Descending()) is { } last ? ToChained(last) : null);

    // In one unit: an entry that retention takes between two slices would look like one that is missing.
    public Task<IReadOnlyList<ChainedAuditEntry>> ReadChainAsync(long after, int count) =>
        scope.ReadAsync<IReadOnlyList<ChainedAuditEntry>>(unit =>
            [.. unit.ReadAll(Collections.Audit, Fields.Id, KeyRange.Above(after), count).Select(ToChained)]);

    public async Task<IReadOnlyList<RecordedAuditEntry>> ListAsync(AuditFilter filter, long? before, int count)
    {
        var entries = new List<RecordedAuditEntry>();
        var (index, range) = filter.AccountId is { } account
            ? (Fields.Owner, Keys.Under(Owner(account)))
            : (Fields.Id, KeyRange.All);
        if (before is { } number)
            range = range.Descending().Behind(filter.AccountId is null ? number : Keys.Join(Owner(filter.AccountId), Math.Max(number, 0)));
        await foreach (var document in scope.WalkAsync(Collections.Audit, index, range.Descending()))
        {
            var entry = ToEntry(document);
            if (!IsMet(filter, entry.Entry))
                continue;
            entries.Add(entry);
            if (entries.Count == count)
                break;
        }

        return entries;
    }

    public Task DeleteBeforeAsync(long sequence) => scope.WriteAsync(unit =>
        unit.DeleteAll(Collections.Audit, unit.ReadAll(Collections.Audit, Fields.Id, KeyRange.Below(sequence))));

    internal static BsonDocument From(AuditHead head) => NewDocument(
        (Fields.Id, Head),
        (Fields.First, head.FirstSequence),
        (Fields.MacBefore, head.MacBefore),
        (Fields.Number, head.LastSequence),
        (Fields.Mac, head.LastMac),
        (Fields.Seal, BytesOrNone(head.Seal)));

    private static bool IsMet(AuditFilter filter, AuditEntry entry) =>
        (filter.AccountId is null || entry.AccountId == filter.AccountId)
        && (filter.Actor is null || entry.Actor == filter.Actor)
        && (filter.ClientAddress is null || entry.ClientAddress == filter.ClientAddress)
        && (filter.Succeeded is null || entry.Succeeded == filter.Succeeded)
        && (filter.From is not { } from || entry.At.ToUnixTimeMilliseconds() >= from.ToUnixTimeMilliseconds())
        && (filter.Until is not { } until || entry.At.ToUnixTimeMilliseconds() < until.ToUnixTimeMilliseconds())
        && (filter.Event is not { } name
            || (name.EndsWith('.') ? entry.Event.StartsWith(name, StringComparison.Ordinal) : entry.Event == name));

    /// <summary>The beginning of a text that is longer than any account's id: a key has its limit.</summary>
    private static string Owner(string accountId) => accountId.Length <= 64 ? accountId : accountId[..64];

    private static BsonDocument From(RecordedAuditEntry recorded, byte[] mac)
    {
        var entry = recorded.Entry;
        var owner = entry.AccountId is { } account ? Owner(account) : null;
        return NewDocument(
            (Fields.Id, recorded.Sequence),
            (Fields.Owner, owner is null ? null : Keys.Join(owner, recorded.Sequence)),
            (Fields.Account, owner == entry.AccountId ? null : TextOrNone(entry.AccountId)),
            (Fields.Made, Ms(entry.At)),
            (Fields.Event, entry.Event),
            (Fields.Actor, TextOrNone(entry.Actor)),
            (Fields.Client, TextOrNone(entry.ClientAddress)),
            (Fields.Succeeded, Flag(entry.Succeeded)),
            (Fields.Detail, TextOrNone(entry.Detail)),
            (Fields.Mac, mac));
    }

    private static RecordedAuditEntry ToEntry(BsonDocument document) => new(
        document[Fields.Id].AsInt64,
        new AuditEntry(
            document.Time(Fields.Made), document.Text(Fields.Event), document.TextOrNull(Fields.Account) ?? document.OwnerIdOrNull,
            document.TextOrNull(Fields.Actor), document.TextOrNull(Fields.Client), document.IsSet(Fields.Succeeded),
            document.TextOrNull(Fields.Detail)));

    private static ChainedAuditEntry ToChained(BsonDocument document) => new(ToEntry(document), document.BytesOrNull(Fields.Mac));
}
