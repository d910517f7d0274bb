using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Work;
using Xunit;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>
/// Knows which units were begun and which were acknowledged, and holds a store against that: what was acknowledged is there,
/// what was not is there as a whole or not at all.
/// </summary>
internal sealed class Ledger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _signIns = [];
    private readonly Dictionary<string, long> _steps = [];
    private readonly Dictionary<string, (long Acknowledged, long Open)> _counters = [];
    private readonly Dictionary<string, (string? Acknowledged, HashSet<string> Open)> _codes = [];
    private readonly Dictionary<string, (long Acknowledged, HashSet<long> Open)> _texts = [];
    private long _number;

    public int Acknowledged { get; private set; }

    /// <summary>Runs units until the store is unavailable. No two workers write one text or end one session.</summary>
    public async Task WorkAsync(LiteDbEngine engine, int worker, Dice dice, Action? acknowledged = null)
    {
        var sessions = new Queue<string>();
        while (true)
        {
            var number = Interlocked.Increment(ref _number);
            await OneAsync(engine, worker, dice, number, sessions);
            lock (_lock)
                Acknowledged++;
            acknowledged?.Invoke();
        }
    }

    public async Task CheckAsync(LiteDbEngine engine)
    {
        var values = (await engine.ReadAllAsync(Acts.Values, "_id")).ToDictionary(one => one["_id"].AsString);
        var audit = await engine.ReadAllAsync(Acts.Audit, "_id");
        var sessions = (await engine.ReadAllAsync(Acts.Sessions, "_id")).ToDictionary(one => one["_id"].AsString);

        byte[] link = [];
        for (var index = 0; index < audit.Count; index++)
        {
            link = Acts.Link(link, index + 1, audit[index]["m"].AsString);
            Assert.Equal(index + 1, audit[index]["_id"].AsInt64);
            Assert.Equal(link, audit[index]["h"].AsBinary);
        }

        Assert.Equal(audit.Count, values.TryGetValue("head", out var head) ? head["n"].AsInt64 : 0);
        Assert.Equal(sessions.Count, (await engine.ReadAllAsync(Acts.Sessions, "t")).Count);
        foreach (var session in sessions.Values)
        {
            var found = await engine.RunAsync(unit => unit.Read(Acts.Sessions, "t", KeyRange.Equal(session["t"]), 2));
            Assert.Equal(session["_id"], Assert.Single(found)["_id"]);
        }

        lock (_lock)
        {
            var entries = audit.Select(one => one["m"].AsString).ToHashSet();
            Assert.All(sessions.Keys, session => Assert.Contains(session, entries));
            Assert.All(_signIns, one => Assert.Equal(one.Value == "open" ? entries.Contains(one.Key) : one.Value == "in", entries.Contains(one.Key)));
            Assert.All(_signIns.Where(one => one.Value == "in"), one => Assert.Contains(one.Key, sessions.Keys));
            Assert.All(entries.Where(one => one.StartsWith("out ", StringComparison.Ordinal)), one => Assert.DoesNotContain(one[4..], sessions.Keys));
            foreach (var (key, step) in _steps)
                Assert.True(values[key]["n"].AsInt64 >= step);
            foreach (var (key, counter) in _counters)
                Assert.InRange(values.TryGetValue(key, out var found) ? found["n"].AsInt64 : 0, counter.Acknowledged, counter.Acknowledged + counter.Open);
            foreach (var (key, code) in _codes)
            {
                var by = values.TryGetValue(key, out var found) ? found["b"].AsString : null;
                Assert.True(code.Acknowledged is null ? by is null || code.Open.Contains(by) : by == code.Acknowledged);
            }

            foreach (var (key, text) in _texts)
            {
                var version = values.TryGetValue(key, out var found) ? found["n"].AsInt64 : 0;
                Assert.True(version == text.Acknowledged || text.Open.Contains(version));
                if (found is not null)
                    Assert.Equal(Acts.Content(version), found["b"].AsBinary);
            }
        }
    }

    private async Task OneAsync(LiteDbEngine engine, int worker, Dice dice, long number, Queue<string> sessions)
    {
        switch (dice.Below(10))
        {
            case < 4:
                await SignInAsync(engine, $"u{dice.Below(10)}", number, $"session {number}", sessions);
                break;
            case 4 when sessions.TryDequeue(out var session):
                await SignOutAsync(engine, session);
                break;
            case < 7:
                await ReserveAsync(engine, $"counter {dice.Below(5)}");
                break;
            case 7:
                await ConsumeAsync(engine, $"code {number / 8}", $"by {number}");
                break;
            default:
                await WriteAsync(engine, $"text {worker} {dice.Below(3)}", number);
                break;
        }
    }

    private async Task SignInAsync(LiteDbEngine engine, string account, long step, string session, Queue<string> sessions)
    {
        Note(() => _signIns[session] = "open");
        var done = await engine.RunAsync(unit => Acts.SignIn(unit, account, step, session));
        Note(() =>
        {
            _signIns[session] = done ? "in" : "refused";
            _steps["step " + account] = Math.Max(step, _steps.GetValueOrDefault("step " + account));
        });
        if (done)
            sessions.Enqueue(session);
    }

    private async Task SignOutAsync(LiteDbEngine engine, string session)
    {
        Note(() => _signIns[session] = "open");
        await engine.RunAsync(unit =>
        {
            unit.Delete(Acts.Sessions, session);
            Acts.Append(unit, "", "out " + session);
            return true;
        });
    }

    private async Task ReserveAsync(LiteDbEngine engine, string key)
    {
        Note(() => _counters[key] = _counters.GetValueOrDefault(key) is var (done, open) ? (done, open + 1) : default);
        await engine.RunAsync(unit => Acts.Reserve(unit, key, long.MaxValue));
        Note(() => _counters[key] = (_counters[key].Acknowledged + 1, _counters[key].Open - 1));
    }

    private async Task ConsumeAsync(LiteDbEngine engine, string key, string by)
    {
        Note(() =>
        {
            _codes.TryAdd(key, (null, []));
            _codes[key].Open.Add(by);
        });
        var done = await engine.RunAsync(unit => Acts.Consume(unit, key, by));
        Note(() =>
        {
            _codes[key].Open.Remove(by);
            if (done)
                _codes[key] = (by, _codes[key].Open);
        });
    }

    private async Task WriteAsync(LiteDbEngine engine, string key, long version)
    {
        Note(() =>
        {
            _texts.TryAdd(key, (0, []));
            _texts[key].Open.Add(version);
        });
        await engine.RunAsync(unit =>
        {
            Acts.Write(unit, key, version);
            return true;
        });
        Note(() => _texts[key] = (version, []));
    }

    private void Note(Action change)
    {
        lock (_lock)
            change();
    }
}
