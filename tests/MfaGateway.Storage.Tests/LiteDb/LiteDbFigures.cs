using System.Diagnostics;
using System.Globalization;
using MfaGateway.Storage.LiteDb.Files;
using MfaGateway.Storage.LiteDb.Work;

namespace MfaGateway.Storage.Tests.LiteDb;

/// <summary>What a unit costs, for the README of the store. Run by hand: <c>MfaGateway.Storage.Tests litedb-figures DIRECTORY</c>.</summary>
internal static class LiteDbFigures
{
    public const string Mode = "litedb-figures";

    private const int Units = 4000;

    public static async Task PrintAsync(string directory)
    {
        await using var engine = await LiteDbEngine.OpenAsync(
            new StoreDirectory(directory).Open(mayCreate: true), Acts.Collections, new LiteDbEngineOptions(), TimeProvider.System);
        foreach (var workers in (int[])[1, 1, 32])
        {
            await MeasureAsync(engine, $"one put, {workers} at once", workers, (unit, n) => Acts.Advance(unit, "put " + n % 200, n + 1));
            await MeasureAsync(engine, $"sign-in, {workers} at once", workers, (unit, n) => Acts.SignIn(unit, "u" + n % 200, n + 1, $"{workers} {Guid.CreateVersion7():N}"));
            await MeasureAsync(engine, $"find, {workers} at once", workers, (unit, n) => unit.Find(Acts.Values, "put " + n % 200) is not null);
        }
    }

    private static int _number;

    private static async Task MeasureAsync(LiteDbEngine engine, string name, int workers, Func<UnitOfWork, int, bool> work)
    {
        var (before, processor, watch) = (engine.Figures, Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, workers).Select(async _ =>
        {
            for (var n = 0; n < Units / workers; n++)
                await engine.RunAsync(unit => work(unit, Interlocked.Increment(ref _number)));
        }));
        var (after, spent) = (engine.Figures, Environment.CpuUsage.TotalTime - processor);
        var units = after.Units - before.Units;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {(after.LogBytes - before.LogBytes) / units,7} bytes of log, {spent.TotalMicroseconds / units,6:F0} us of processor, {watch.Elapsed.TotalMicroseconds / units,6:F0} us of time, {(double)units / (after.Batches - before.Batches):F1} units a sync, {after.Checkpoints - before.Checkpoints} checkpoints"));
    }
}
