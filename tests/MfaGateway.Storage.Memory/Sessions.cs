using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage.Records;

namespace MfaGateway.Storage.Memory;

internal sealed class MemorySessionRecords(MemoryScope scope) : ISessionRecords
{
    public Task AddAsync(GatewaySession session) => scope.Write(state => state.Sessions = state.Sessions.With(session.Id, session));

    public Task<GatewaySession?> FindByTokenAsync(byte[] tokenHash) =>
        scope.Read(state => state.Sessions.Values.FirstOrDefault(session => session.TokenHash.AsSpan().SequenceEqual(tokenHash)));

    public Task<GatewaySession?> FindAsync(string id) => scope.Read(state => state.Sessions.GetValueOrDefault(id));

    public Task<IReadOnlyList<GatewaySession>> ListAsync(string accountId) => scope.Read<IReadOnlyList<GatewaySession>>(state =>
        [.. state.Sessions.Values.Where(session => session.AccountId == accountId).OrderByDescending(session => session.LastSeenAt)]);

    public Task TouchAsync(string id, DateTimeOffset lastSeenAt) => scope.Write(state =>
    {
        if (state.Sessions.GetValueOrDefault(id) is { } kept && kept.LastSeenAt < lastSeenAt)
            state.Sessions = state.Sessions.SetItem(id, kept with { LastSeenAt = lastSeenAt });
    });

    public Task<bool> TryDeleteAsync(string id) => scope.Write(state =>
    {
        var before = state.Sessions.Count;
        state.Sessions = state.Sessions.Remove(id);
        return state.Sessions.Count < before;
    });

    public Task SucceedAsync(string endedId, GatewaySession session) => scope.Write(state =>
    {
        // A chain is kept short: all of it points to the last.
        string[] carriedOn = [.. state.Successions.Where(one => one.Value.SessionId == endedId).Select(one => one.Key), endedId];
        state.Successions = state.Successions.SetItems(
            carriedOn.Select(ended => KeyValuePair.Create(ended, new KeptSuccession(session.Id, session.ExpiresAt))));
    });

    public Task<GatewaySession?> FindSuccessorAsync(string endedId) => scope.Read(state =>
        state.Successions.GetValueOrDefault(endedId) is { } succession ? state.Sessions.GetValueOrDefault(succession.SessionId) : null);

    public Task<IReadOnlyList<Succession>> ListSuccessionsAsync(string after, int count) => scope.Read<IReadOnlyList<Succession>>(state =>
    [
        .. state.Successions.Where(one => string.CompareOrdinal(one.Key, after) > 0).Take(count)
            .Select(one => new Succession(one.Key, one.Value.SessionId)),
    ]);
}

internal sealed class MemoryKnownBrowserRecords(MemoryScope scope) : IKnownBrowserRecords
{
    public Task<KnownBrowser?> FindAsync(byte[] tokenHash, string accountId) => scope.Read(state => Find(state, tokenHash, accountId));

    public Task<bool> AnyAsync(byte[] tokenHash, DateTimeOffset now) => scope.Read(state =>
        state.KnownBrowsers.Values.Any(browser => browser.TokenHash.AsSpan().SequenceEqual(tokenHash) && browser.ExpiresAt > now));

    public Task SetAsync(KnownBrowser browser) => scope.Write(state =>
    {
        var kept = Find(state, browser.TokenHash, browser.AccountId) is { } known
            ? browser with { Id = known.Id, CreatedAt = known.CreatedAt }
            : browser;
        state.KnownBrowsers = state.KnownBrowsers.SetItem(kept.Id, kept);
    });

    public Task<IReadOnlyList<KnownBrowser>> ListAsync(string accountId) => scope.Read<IReadOnlyList<KnownBrowser>>(state =>
        [.. state.KnownBrowsers.Values.Where(browser => browser.AccountId == accountId).OrderByDescending(browser => browser.LastUsedAt)]);

    public Task<bool> TryDeleteAsync(string accountId, string id) => scope.Write(state =>
    {
        if (state.KnownBrowsers.GetValueOrDefault(id) is not { } kept || kept.AccountId != accountId)
            return false;
        state.KnownBrowsers = state.KnownBrowsers.Remove(id);
        return true;
    });

    public Task DeleteAllAsync(string accountId) => scope.Write(state => state.KnownBrowsers = state.KnownBrowsers.RemoveRange(
        state.KnownBrowsers.Values.Where(browser => browser.AccountId == accountId).Select(browser => browser.Id)));

    private static KnownBrowser? Find(MemoryState state, byte[] tokenHash, string accountId) => state.KnownBrowsers.Values
        .FirstOrDefault(browser => browser.AccountId == accountId && browser.TokenHash.AsSpan().SequenceEqual(tokenHash));
}
