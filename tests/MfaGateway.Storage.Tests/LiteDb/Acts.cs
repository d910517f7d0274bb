using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LiteDB;
using MfaGateway.Storage.LiteDb.Documents;
using MfaGateway.Storage.LiteDb.Work;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>Units of the kinds that the gateway has, each one decision.</summary>
internal static class Acts
{
    public const string Values = "v";
    public const string Sessions = "s";
    public const string Audit = "a";

    /// <summary>Counters, steps and heads lie together, so that a unit changes few pages.</summary>
    public static IReadOnlyList<CollectionDefinition> Collections { get; } =
        [new(Values), new(Sessions, "t", "a", "x"), new(Audit, "a")];

    /// <summary>Whether the step is greater than the one before it.</summary>
    public static bool Advance(UnitOfWork unit, string key, long step)
    {
        if (unit.Find(Values, key) is { } found && step <= found["n"].AsInt64)
            return false;
        unit.Put(Values, new BsonDocument { ["_id"] = key, ["n"] = step });
        return true;
    }

    /// <summary>The number that was taken, or 0 where the limit is reached.</summary>
    public static long Reserve(UnitOfWork unit, string key, long limit)
    {
        var taken = (unit.Find(Values, key)?["n"].AsInt64 ?? 0) + 1;
        if (taken > limit)
            return 0;
        unit.Put(Values, new BsonDocument { ["_id"] = key, ["n"] = taken });
        return taken;
    }

    /// <summary>Whether the code had not been consumed.</summary>
    public static bool Consume(UnitOfWork unit, string key, string by)
    {
        if (unit.Find(Values, key) is not null)
            return false;
        unit.Put(Values, new BsonDocument { ["_id"] = key, ["b"] = by });
        return true;
    }

    /// <summary>Step, session, audit entry and its head: all of them or none.</summary>
    public static bool SignIn(UnitOfWork unit, string account, long step, string session)
    {
        if (!Advance(unit, "step " + account, step))
            return false;
        var token = SHA256.HashData(Encoding.UTF8.GetBytes(session));
        if (unit.Read(Sessions, "t", KeyRange.Equal(token), 1).Count > 0)
            throw new InvalidOperationException("The token is taken.");
        unit.Put(Sessions, new BsonDocument
        {
            ["_id"] = session,
            ["t"] = token,
            ["a"] = account,
            ["x"] = 1_800_000_000_000 + step,
            ["c"] = 1_700_000_000_000,
            ["p"] = "password@1700000000000 totp@1700000000000",
            ["d"] = "192.0.2.1",
            ["u"] = "Mozilla/5.0 (X11; Linux x86_64) Test",
        });
        Append(unit, account, session);
        return true;
    }

    /// <summary>Appends to a chain of hashes.</summary>
    public static void Append(UnitOfWork unit, string account, string text)
    {
        var head = unit.Find(Values, "head");
        var number = (head?["n"].AsInt64 ?? 0) + 1;
        var link = Link(head?["h"].AsBinary ?? [], number, text);
        unit.Put(Audit, new BsonDocument { ["_id"] = number, ["a"] = account, ["m"] = text, ["h"] = link });
        unit.Put(Values, new BsonDocument { ["_id"] = "head", ["n"] = number, ["h"] = link });
    }

    public static byte[] Link(byte[] before, long number, string text) =>
        SHA256.HashData([.. before, .. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number} {text}"))]);

    /// <summary>A document that grows over several pages and shrinks again.</summary>
    public static void Write(UnitOfWork unit, string key, long version) =>
        unit.Put(Values, new BsonDocument { ["_id"] = key, ["n"] = version, ["b"] = Content(version) });

    public static byte[] Content(long version)
    {
        var dice = new Dice((ulong)version);
        var content = new byte[dice.Below(4) == 0 ? dice.Below(30_000) : dice.Below(300)];
        Array.Fill(content, (byte)version);
        return content;
    }

    public static Task<T> RunAsync<T>(this LiteDbEngine engine, Func<UnitOfWork, T> work) =>
        engine.RunAsync(unit => Task.FromResult(work(unit)), CancellationToken.None);

    /// <summary>All documents in the order of an index whose keys are unique, in slices.</summary>
    public static async Task<List<BsonDocument>> ReadAllAsync(this LiteDbEngine engine, string collection, string index)
    {
        var all = new List<BsonDocument>();
        var range = KeyRange.All;
        while (await engine.RunAsync(unit => unit.Read(collection, index, range, UnitOfWork.MaxLimit)) is { Count: > 0 } slice)
        {
            all.AddRange(slice);
            range = KeyRange.Above(slice[^1][index]);
        }

        return all;
    }
}
