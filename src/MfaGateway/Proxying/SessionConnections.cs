using System.Collections.Concurrent;
using MfaGateway.Sessions;

namespace MfaGateway.Proxying;

/// <summary>
/// The upstream connections of sessions, where clusters authenticate connections: each belongs to one session and one
/// connection of its client, and is closed with either.
/// </summary>
internal sealed class SessionConnections
{
    private readonly ConcurrentDictionary<(object Cluster, string Session, string Client), Entry> _entries = new();

    public bool IsEmpty => _entries.IsEmpty;

    /// <summary>The sessions that connections are kept for, as they were used last.</summary>
    public IReadOnlyList<LiveSession> Sessions => [.. _entries.Values.Select(entry => entry.Session).DistinctBy(session => session.Session.Id, StringComparer.Ordinal)];

    /// <param name="cluster">Who asks: connections of two clusters are never the same.</param>
    /// <param name="owner">Whose connection it is.</param>
    /// <param name="make">Makes a client with connections of its own.</param>
    public HttpMessageInvoker Of(object cluster, ConnectionOwner owner, Func<HttpMessageHandler> make)
    {
        var key = (cluster, owner.Session.Session.Id, owner.ClientConnection);
        if (_entries.TryGetValue(key, out var known))
        {
            known.Session = owner.Session;
            return known.Client;
        }

        var entry = new Entry(new HttpMessageInvoker(make(), disposeHandler: true), owner.Session);
        var kept = _entries.GetOrAdd(key, entry);
        if (!ReferenceEquals(kept, entry))
        {
            entry.Client.Dispose();
            return kept.Client;
        }

        // Behind the addition: a connection that is closed already is forgotten at once.
        entry.Forgetting = owner.ClientClosed.UnsafeRegister(_ => Close(key), null);
        return entry.Client;
    }

    /// <summary>Closes what the owner has there, after the answer that is still read.</summary>
    public void Close(object cluster, ConnectionOwner owner) => Close((cluster, owner.Session.Session.Id, owner.ClientConnection));

    /// <summary>Closes everything of a session.</summary>
    public void CloseAll(string sessionId)
    {
        foreach (var key in _entries.Keys.Where(key => key.Session.Equals(sessionId, StringComparison.Ordinal)))
            Close(key);
    }

    private void Close((object Cluster, string Session, string Client) key)
    {
        if (!_entries.TryRemove(key, out var entry))
            return;
        entry.Forgetting.Unregister();
        entry.Client.Dispose();
    }

    private sealed class Entry(HttpMessageInvoker client, LiveSession session)
    {
        private volatile LiveSession _session = session;

        public HttpMessageInvoker Client { get; } = client;

        public LiveSession Session
        {
            get => _session;
            set => _session = value;
        }

        public CancellationTokenRegistration Forgetting { get; set; }
    }
}
