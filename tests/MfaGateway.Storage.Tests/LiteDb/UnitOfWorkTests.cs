using LiteDB;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Work;
using Xunit;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>What a unit reads is what was written before it, by itself and by others, whether applied yet or not.</summary>
public sealed class UnitOfWorkTests
{
    [Fact]
    public async Task Reads_see_writes_of_the_unit_over_those_of_the_batch_over_those_of_the_store()
    {
        await using var engine = await new SimulatedStore().OpenAsync();
        await engine.RunAsync(unit => Put(unit, ("one", "a", 1), ("two", "a", 2), ("three", "b", 3), ("four", "a", 4)));
        using var held = new Gate();
        var first = engine.RunAsync(unit =>
        {
            held.WaitInside();
            unit.Delete(Acts.Sessions, "one");
            return Put(unit, ("two", "a", 20), ("five", "a", 5), ("six", "a", 6));
        });
        await held.Entered;
        var second = engine.RunAsync(unit =>
        {
            Put(unit, ("six", "b", 6), ("seven", "a", 7), ("four", "a", 40));
            return unit.Read(Acts.Sessions, "a", KeyRange.Equal("a"), 10).Select(one => (one["_id"].AsString, one["x"].AsInt64)).Order().ToList();
        });
        var limited = engine.RunAsync(unit => Ids(unit.Read(Acts.Sessions, "x", KeyRange.AtLeast(5L).Descending(), 2)));
        held.Open();

        await first;
        Assert.Equal([("five", 5), ("four", 40), ("seven", 7), ("two", 20)], await second);
        Assert.Equal(["four", "two"], await limited);
        Assert.Equal(["four", "two"], await engine.RunAsync(unit => Ids(unit.Read(Acts.Sessions, "x", KeyRange.AtLeast(5L).Descending(), 2))));
    }

    [Fact]
    public async Task A_document_that_was_read_or_put_can_be_changed_without_changing_the_store()
    {
        await using var engine = await new SimulatedStore().OpenAsync();

        await engine.RunAsync(unit =>
        {
            var document = new BsonDocument { ["_id"] = "one", ["n"] = 1L, ["m"] = new BsonDocument { ["k"] = 1L } };
            unit.Put(Acts.Values, document);
            document["n"] = 2L;
            unit.Find(Acts.Values, "one")!["m"]["k"] = 2L;
            return true;
        });

        var found = (await engine.RunAsync(unit => unit.Find(Acts.Values, "one")))!;
        Assert.Equal((1L, 1L), (found["n"].AsInt64, found["m"]["k"].AsInt64));
    }

    [Fact]
    public async Task Undo_drops_what_was_written_and_the_unit_may_go_on()
    {
        await using var engine = await new SimulatedStore().OpenAsync();
        await engine.RunAsync(unit => Put(unit, ("one", "a", 1)));

        await engine.RunAsync(unit =>
        {
            Put(unit, ("one", "a", 2), ("two", "a", 2));
            unit.Undo();
            Assert.Equal(1, unit.Find(Acts.Sessions, "one")!["x"].AsInt64);
            return Put(unit, ("three", "a", 3));
        });

        Assert.Equal(["one", "three"], await engine.RunAsync(unit => Ids(unit.Read(Acts.Sessions, "_id", KeyRange.All, 10))));
    }

    [Fact]
    public async Task What_LiteDB_would_refuse_is_refused_before_it_is_buffered()
    {
        var store = new SimulatedStore();
        await using var engine = await store.OpenAsync();
        var documents = new List<(string Collection, BsonDocument Document)>
        {
            (Acts.Values, new BsonDocument { ["n"] = 1L }),
            (Acts.Values, new BsonDocument { ["_id"] = 1 }),
            (Acts.Values, new BsonDocument { ["_id"] = "" }),
            (Acts.Values, new BsonDocument { ["_id"] = new string('x', 1001) }),
            (Acts.Values, new BsonDocument { ["_id"] = "date", ["n"] = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc) }),
            (Acts.Values, new BsonDocument { ["_id"] = "large", ["n"] = new byte[(1 << 20) + 1] }),
            (Acts.Sessions, new BsonDocument { ["_id"] = "key", ["t"] = new byte[1001] }),
            (Acts.Sessions, new BsonDocument { ["_id"] = "type", ["t"] = new BsonArray { 1L } }),
            ("other", new BsonDocument { ["_id"] = "collection" }),
        };

        foreach (var (collection, document) in documents)
            await Assert.ThrowsAsync<ArgumentException>(() => engine.RunAsync(unit => Put(unit, collection, document)));
        await Assert.ThrowsAsync<ArgumentException>(() => engine.RunAsync(unit => unit.Read(Acts.Values, "n", KeyRange.All, 1)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => engine.RunAsync(unit => unit.Read(Acts.Values, "_id", KeyRange.All, 501)));

        Assert.Empty(await engine.ReadAllAsync(Acts.Values, "_id"));
        Assert.True(await engine.RunAsync(unit => Put(unit, Acts.Values, new BsonDocument { ["_id"] = new string('x', 1000), ["n"] = new byte[1_000_000] })));
        Assert.Equal(1, engine.Figures.Starts);
    }

    [Fact]
    public async Task Keys_compare_by_their_case_and_a_document_without_the_field_is_not_in_the_index()
    {
        await using var engine = await new SimulatedStore().OpenAsync();
        await engine.RunAsync(unit => Put(unit, ("one", "Ab", 1), ("two", "ab", 2), ("three", "abc", 3))
            && Put(unit, Acts.Sessions, new BsonDocument { ["_id"] = "none" }));

        Assert.Equal(["two"], await engine.RunAsync(unit => Ids(unit.Read(Acts.Sessions, "a", KeyRange.Equal("ab"), 10))));
        Assert.Equal(["two", "three"], await engine.RunAsync(unit => Ids(unit.Read(Acts.Sessions, "a", KeyRange.Prefix("ab"), 10))));
        Assert.Equal(["one", "two", "three"], await engine.RunAsync(unit => Ids(unit.Read(Acts.Sessions, "x", KeyRange.All, 10))));
        Assert.Equal(["one"], await engine.RunAsync(unit => Ids(unit.Read(Acts.Sessions, "x", KeyRange.Below(2L), 10))));
    }

    [Fact]
    public async Task Churn_leaves_what_a_model_has_and_the_file_does_not_grow()
    {
        var dice = new Dice(5);
        var model = new Dictionary<string, (string Account, long Expiry, int Size)>();
        var store = new SimulatedStore { Options = new LiteDbEngineOptions { CheckpointPages = 200 } };
        var lengths = new List<long>();
        for (var start = 0; start < 8; start++)
        {
            await using var engine = await store.OpenAsync();
            for (var number = 0; number < 60; number++)
                await ChurnAsync(engine, model, dice);
            await CompareAsync(engine, model, dice);
            lengths.Add(store.Data.Length);
        }

        Assert.InRange(lengths[^1], 1, 2 * lengths[2]);
        Assert.InRange(store.Log.Length, 1, 4 << 20);
    }

    /// <summary>Up to 20 documents in one unit, of a set of 200, so that the store stays about as full as it is.</summary>
    private static async Task ChurnAsync(LiteDbEngine engine, Dictionary<string, (string Account, long Expiry, int Size)> model, Dice dice)
    {
        var decided = dice.Chance(0.9);
        var writes = Enumerable.Range(0, 1 + dice.Below(20)).Select(_ => (
            Id: $"session {dice.Below(200)}", IsDeleted: dice.Chance(0.4), Account: $"u{dice.Below(9)}", Expiry: (long)dice.Below(50),
            Size: dice.Chance(0.1) ? dice.Below(20_000) : dice.Below(400))).ToList();
        await engine.RunAsync(unit =>
        {
            foreach (var (id, isDeleted, account, expiry, size) in writes)
            {
                if (isDeleted)
                    unit.Delete(Acts.Sessions, id);
                else
                    unit.Put(Acts.Sessions, new BsonDocument { ["_id"] = id, ["t"] = id, ["a"] = account, ["x"] = expiry, ["p"] = new byte[size] });
            }

            if (!decided)
                unit.Undo();
            return true;
        });
        foreach (var (id, isDeleted, account, expiry, size) in decided ? writes : [])
        {
            if (isDeleted)
                model.Remove(id);
            else
                model[id] = (account, expiry, size);
        }
    }

    private static async Task CompareAsync(LiteDbEngine engine, Dictionary<string, (string Account, long Expiry, int Size)> model, Dice dice)
    {
        var stored = (await engine.ReadAllAsync(Acts.Sessions, "_id"))
            .ToDictionary(one => one["_id"].AsString, one => (one["a"].AsString, one["x"].AsInt64, one["p"].AsBinary.Length));
        Assert.Equivalent(model, stored, strict: true);
        Assert.Equal(model.Keys.Order(StringComparer.Ordinal), (await engine.ReadAllAsync(Acts.Sessions, "t")).Select(one => one["_id"].AsString));

        for (var expiry = 0L; expiry < 50; expiry += 7)
        {
            var (from, to, descending) = (expiry, expiry + dice.Below(20), dice.Chance(0.5));
            var range = descending ? KeyRange.Between(from, to).Descending() : KeyRange.Between(from, to);
            var found = await engine.RunAsync(unit => unit.Read(Acts.Sessions, "x", range, 500));
            var expected = model.Where(one => one.Value.Expiry >= from && one.Value.Expiry <= to).Select(one => one.Value.Expiry);
            Assert.Equal(descending ? expected.OrderDescending() : expected.Order(), found.Select(one => one["x"].AsInt64));
        }

        var account = await engine.RunAsync(unit => Ids(unit.Read(Acts.Sessions, "a", KeyRange.Equal("u3"), 500)));
        Assert.Equal(model.Where(one => one.Value.Account == "u3").Select(one => one.Key).Order(), account.Order());
    }

    private static bool Put(UnitOfWork unit, params (string Id, string Account, long Expiry)[] sessions)
    {
        foreach (var (id, account, expiry) in sessions)
            Put(unit, Acts.Sessions, new BsonDocument { ["_id"] = id, ["t"] = id, ["a"] = account, ["x"] = expiry });
        return true;
    }

    private static bool Put(UnitOfWork unit, string collection, BsonDocument document)
    {
        unit.Put(collection, document);
        return true;
    }

    private static List<string> Ids(IEnumerable<BsonDocument> documents) => documents.Select(one => one["_id"].AsString).ToList();
}
