using MfaGateway.Core.Auditing;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>Where an attack is run.</summary>
public enum NodesOn
{
    Sqlite,
    PostgreSql,

    /// <summary>Two gateways that share one database and have the same keys.</summary>
    PostgreSqlTwice,
}

/// <summary>Gateways on one store and one clock, with one place for mail. They believe what is said of the client's address.</summary>
internal sealed class Nodes : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mfagateway-test-");
    private readonly ManualTimeProvider _time = new();
    private readonly List<GatewayUnderTest> _all = [];
    private PostgreSqlStoreFixture? _store;

    private Nodes()
    {
    }

    public GatewayUnderTest First => _all[0];

    public static async Task<Nodes> StartAsync(NodesOn where, Action<GatewaySetup>? configure = null)
    {
        var nodes = new Nodes();
        try
        {
            if (where != NodesOn.Sqlite)
                nodes._store = await PostgreSqlStoreFixture.AddAsync();
            for (var number = 0; number < (where == NodesOn.PostgreSqlTwice ? 2 : 1); number++)
                nodes._all.Add(await nodes.StartOneAsync($"node{number}", configure));
            return nodes;
        }
        catch
        {
            await nodes.DisposeAsync();
            throw;
        }
    }

    /// <summary>Posts one form many times at once, each time by a browser with the cookies of the one that was shown it, at every node in turn.</summary>
    public async Task<IReadOnlyList<Visit>> PostAtOnceAsync(int times, Func<int, (Browser Browser, Visit Page, (string Name, string Value)[] Fields)> post)
    {
        var racers = Enumerable.Range(0, times).Select(number =>
        {
            var (browser, page, fields) = post(number);
            return (Browser: browser.CloneTo(_all[number % _all.Count].Address), Form: page.Form(fields));
        }).ToList();
        try
        {
            return await Task.WhenAll(racers.Select(racer => racer.Browser.PostAsync(racer.Form.Action, racer.Form.Values)));
        }
        finally
        {
            racers.ForEach(racer => racer.Browser.Dispose());
        }
    }

    /// <summary>How many answers were checked, or not, with this outcome, such as <c>Totp: wrong</c>.</summary>
    public Task<int> CountAsync(string outcome) => Trail.CountAsync(First, outcome);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _all)
            await node.DisposeAsync();
        if (_store is not null)
            await _store.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private Task<GatewayUnderTest> StartOneAsync(string name, Action<GatewaySetup>? configure)
    {
        CopyKeysOfFirst(name);
        return GatewayUnderTest.StartAsync(setup =>
        {
            setup.Time = _time;
            setup.With("MfaGateway:DataDirectory", Path.Combine(_data.FullName, name))
                .With("MfaGateway:TrustedProxies:0", "127.0.0.0/8");
            if (_store is not null)
            {
                setup.With("MfaGateway:Store:Provider", "Postgres")
                    .With("MfaGateway:Store:ConnectionString", _store.ConnectionString);
            }

            configure?.Invoke(setup);
        });
    }

    // As an operator would who adds a second machine.
    private void CopyKeysOfFirst(string name)
    {
        if (_all.Count == 0)
            return;
        var keys = _data.CreateSubdirectory(Path.Combine(name, "keys"));
        foreach (var key in Directory.EnumerateFiles(Path.Combine(_data.FullName, "node0", "keys")))
            File.Copy(key, Path.Combine(keys.FullName, Path.GetFileName(key)));

        // Whichever node delivers a mail, it is found at the first one.
        Directory.CreateSymbolicLink(Path.Combine(_data.FullName, name, "mail"), Directory.CreateDirectory(First.Mail.Path).FullName);
    }
}

/// <summary>What the audit trail tells of guesses.</summary>
internal static class Trail
{
    public static async Task<int> CountAsync(GatewayUnderTest gateway, string outcome)
    {
        var entries = await gateway.Get<AuditStore>().ListAsync(before: null, 10_000, CancellationToken.None);
        return entries.Count(entry => entry.Entry.Detail == outcome);
    }
}
