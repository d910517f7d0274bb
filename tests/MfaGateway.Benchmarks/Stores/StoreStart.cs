using System.Diagnostics;
using System.Globalization;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
using MfaGateway.Storage;
using MfaGateway.Storage.LiteDb;
using MfaGateway.TestKit;

namespace MfaGateway.Benchmarks.Stores;

/// <summary>
/// How long a gateway on LiteDB takes to start over 100,000 accounts and 20,000 sessions, and what a sign-in costs there compared with
/// a store of 1,000 accounts.
/// </summary>
internal static class StoreStart
{
    private const int Accounts = 100_000;
    private const int Sessions = 20_000;
    private const int Few = 1000;
    private const int SignInsOfOneRound = 500;
    private const int Rounds = 6;

    private static readonly TimeSpan Aim = TimeSpan.FromSeconds(5);

    /// <returns>1 where a start took longer than 5 s.</returns>
    public static async Task<int> RunAsync()
    {
        var place = Directory.CreateTempSubdirectory("mfagateway-start-").FullName;
        var (large, small) = (Path.Combine(place, "large"), Path.Combine(place, "small"));
        try
        {
            await FillAsync(large, Accounts, Sessions);
            await FillAsync(small, Few, sessions: 0);
            Print($"store.db of {Accounts} accounts and {Sessions} sessions: {new FileInfo(Path.Combine(large, "store.db")).Length / 1048576.0:F1} MiB");
            var longest = TimeSpan.Zero;
            for (var round = 0; round < 3; round++)
                longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, (await MeasureStartAsync(large)).Ticks));
            await CompareSignInsAsync(large, small);
            return longest < Aim ? 0 : 1;
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private static async Task FillAsync(string directory, int accounts, int sessions)
    {
        var watch = Stopwatch.StartNew();
        await using var gateway = await StartGatewayAsync(directory);
        await Population.AddAsync(gateway.Get<GatewayStore>().Stores, accounts, sessions, gateway.Time.GetUtcNow());
        Print($"{accounts} accounts written in {watch.Elapsed.TotalSeconds:F1} s");
    }

    private static async Task<TimeSpan> MeasureStartAsync(string directory)
    {
        var watch = Stopwatch.StartNew();
        await using (var store = new LiteDbStore(directory))
        {
            await store.OpenAsync(mayCreate: false, CancellationToken.None);
            Print($"store opened, every page verified, in {watch.Elapsed.TotalSeconds:F2} s");
        }

        watch.Restart();
        await using var gateway = await StartGatewayAsync(directory);
        using var browser = gateway.NewBrowser();
        await browser.GetAsync("/");
        var took = watch.Elapsed;
        Print($"gateway started and answered after {took.TotalSeconds:F2} s");
        return took;
    }

    private static async Task CompareSignInsAsync(string large, string small)
    {
        await using var one = await OpenAsync(large);
        await using var other = await OpenAsync(small);
        for (var round = 0; round < Rounds; round++)
        {
            var (many, few) = (await MeasureAsync(one, Accounts, round), await MeasureAsync(other, Few, round));
            Print($"sign-in: {many.Wall:F0} us ({many.Processor:F0} us of processor) with {Accounts} accounts, {few.Wall:F0} ({few.Processor:F0}) with {Few}; ratio {many.Wall / few.Wall:F2} ({many.Processor / few.Processor:F2})");
        }
    }

    /// <summary>Microseconds a sign-in, of accounts all over the store.</summary>
    private static async Task<(double Wall, double Processor)> MeasureAsync(StoreServices stores, int accounts, int round)
    {
        var signIns = new SignIns(stores, TimeProvider.System);
        var (processor, watch) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        for (var number = 0; number < SignInsOfOneRound; number++)
            await signIns.SignInAsync((int)(number * 7919L % accounts), 1 + round * SignInsOfOneRound + number);
        return (
            watch.Elapsed.TotalMicroseconds / SignInsOfOneRound,
            (Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / SignInsOfOneRound);
    }

    private static async Task<StoreServices> OpenAsync(string directory)
    {
        var stores = new StoreServices(new LiteDbStore(directory));
        // The gateway's key is in its key ring; what is appended here with another one is never verified.
        stores.Audit.Open(new AuditChain(new byte[AuditChain.KeySize], unchainedTo: 0));
        await stores.Lifecycle.OpenAsync(mayCreate: false, CancellationToken.None);
        return stores;
    }

    private static Task<GatewayUnderTest> StartGatewayAsync(string directory) => GatewayUnderTest.StartAsync(setup => setup
        .With("MfaGateway:DataDirectory", directory)
        .With("MfaGateway:Store:Provider", "LiteDb"));

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
