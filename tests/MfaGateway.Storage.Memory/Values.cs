using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Memory;

internal sealed class MemoryFactRecords(MemoryScope scope) : IFactRecords
{
    public Task<byte[]?> FindAsync(string name) => scope.Read(state => state.Facts.GetValueOrDefault(name));

    public Task<byte[]?> FindHeldAsync(string name) => FindAsync(name);

    public Task<bool> TryAddAsync(string name, byte[] value) => scope.Write(state =>
    {
        if (state.Facts.ContainsKey(name))
            return false;
        state.Facts = state.Facts.With(name, value);
        return true;
    });

    public Task SetAsync(string name, byte[] value) => scope.Write(state => state.Facts = state.Facts.SetItem(name, value));

    public Task<bool> TryDeleteAsync(string name) => scope.Write(state =>
    {
        var before = state.Facts.Count;
        state.Facts = state.Facts.Remove(name);
        return state.Facts.Count < before;
    });

    public Task<IReadOnlyDictionary<string, byte[]>> ListAsync() => scope.Read<IReadOnlyDictionary<string, byte[]>>(state => state.Facts);
}

internal sealed class MemorySigningKeyRecords(MemoryScope scope) : ISigningKeyRecords
{
    public Task<IReadOnlyList<SigningKeyRow>> ListAsync() => scope.Read<IReadOnlyList<SigningKeyRow>>(state => [.. state.SigningKeys.Values]);

    public Task<bool> TryAddAsync(SigningKeyRow row) => scope.Write(state =>
    {
        if (state.SigningKeys.ContainsKey(row.Generation) || state.SigningKeys.Values.Any(other => other.Kid == row.Kid))
            return false;
        state.SigningKeys = state.SigningKeys.With(row.Generation, row);
        return true;
    });

    public Task<int> DeleteUpToAsync(long generation) => scope.Write(state =>
    {
        var old = state.SigningKeys.Keys.Where(one => one <= generation).ToList();
        state.SigningKeys = state.SigningKeys.RemoveRange(old);
        return old.Count;
    });
}

internal sealed class MemoryChangeRecords(MemoryScope scope) : IChangeRecords
{
    public Task AddAsync(string accountId) => scope.Write(state =>
    {
        state.Mark++;
        state.Changes = state.Changes.With(state.Mark, accountId);
    });

    public Task<ChangeList?> ReadAsync(long since, int most) => scope.Read<ChangeList?>(state => new ChangeList(
        state.Mark, state.Mark - since <= most ? [.. state.Changes.Where(one => one.Key > since).Select(one => one.Value)] : []));

    public Task<int> TrimAsync(int kept) => scope.Write(state =>
    {
        var old = state.Changes.Keys.Where(mark => mark <= state.Mark - kept).ToList();
        state.Changes = state.Changes.RemoveRange(old);
        return old.Count;
    });
}

internal sealed class MemoryAuditRecords(MemoryScope scope) : IAuditRecords
{
    public Task<AuditHead?> FindHeadAsync() => scope.Read(state => state.Head);

    public Task<AuditHead?> HoldHeadAsync() => FindHeadAsync();

    public Task SetHeadAsync(AuditHead head) => scope.Write(state => state.Head = head);

    public Task<bool> TryAddAsync(RecordedAuditEntry entry, byte[] mac) => scope.Write(state =>
    {
        if (state.Audit.ContainsKey(entry.Sequence))
            return false;
        state.Audit = state.Audit.With(entry.Sequence, new ChainedAuditEntry(entry, mac));
        return true;
    });

    public Task<ChainedAuditEntry?> FindLastAsync() =>
        scope.Read(state => state.Audit.IsEmpty ? null : state.Audit.Values.Last());

    public Task<IReadOnlyList<ChainedAuditEntry>> ReadChainAsync(long after, int count) => scope.Read<IReadOnlyList<ChainedAuditEntry>>(state =>
        [.. state.Audit.Where(one => one.Key > after).Take(count).Select(one => one.Value)]);

    public Task<IReadOnlyList<RecordedAuditEntry>> ListAsync(AuditFilter filter, long? before, int count) =>
        scope.Read<IReadOnlyList<RecordedAuditEntry>>(state =>
        [
            .. state.Audit.Values.Reverse().Select(one => one.Recorded)
                .Where(one => (before is null || one.Sequence < before) && IsMet(filter, one.Entry)).Take(count),
        ]);

    public Task DeleteBeforeAsync(long sequence) => scope.Write(state =>
        state.Audit = state.Audit.RemoveRange(state.Audit.Keys.Where(number => number < sequence)));

    private static bool IsMet(AuditFilter filter, AuditEntry entry) =>
        (filter.AccountId is null || entry.AccountId == filter.AccountId)
        && (filter.Actor is null || entry.Actor == filter.Actor)
        && (filter.ClientAddress is null || entry.ClientAddress == filter.ClientAddress)
        && (filter.Succeeded is null || entry.Succeeded == filter.Succeeded)
        && (filter.From is null || entry.At >= filter.From)
        && (filter.Until is null || entry.At < filter.Until)
        && (filter.Event is not { } name || (name.EndsWith('.') ? entry.Event.StartsWith(name, StringComparison.Ordinal) : entry.Event == name));
}
