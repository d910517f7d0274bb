using System.Globalization;

namespace MfaGateway.Benchmarks;

/// <summary>
/// Bare YARP and the gateway in front of the same upstream, in turn, round by round: what counts is the ratio of each
/// pair, since a machine's speed drifts and its absolute figures say little about another's.
/// </summary>
internal static class Comparison
{
    public static async Task<int> RunAsync(bool isShort)
    {
        if (!Load.IsThere)
        {
            await Console.Error.WriteLineAsync("wrk is not installed: apt-get install wrk");
            return 1;
        }

        // Short: (2 x 2 + 5 x 2) x 3 s and three starts, under a minute.
        var (rounds, seconds) = isShort ? (5, 3) : (9, 10);
        using var upstream = await Party.StartAsync("upstream");
        using var bare = await Party.StartAsync("bare", upstream.Address);
        using var gateway = await Party.StartAsync("gateway", upstream.Address);

        Console.WriteLine($"{Load.Connections} connections, 1 KiB answers, {rounds} rounds of {seconds} s each, {Environment.ProcessorCount} processors");
        for (var warmUp = 0; warmUp < 2; warmUp++)
        {
            await Load.RunAsync(bare, seconds);
            await Load.RunAsync(gateway, seconds);
        }

        var pairs = new List<(Measurement Bare, Measurement Gateway)>();
        for (var round = 0; round < rounds; round++)
        {
            var pair = (await Load.RunAsync(bare, seconds), await Load.RunAsync(gateway, seconds));
            pairs.Add(pair);
            Print($"round {round + 1}", pair.Item1, pair.Item2);
        }

        Console.WriteLine();
        PrintRatio("throughput, gateway / bare YARP", pairs.Select(pair => pair.Gateway.Rate / pair.Bare.Rate), "aim: at least 0.90");
        PrintRatio("CPU a request, gateway / bare YARP", pairs.Select(pair => pair.Gateway.CpuMicroseconds / pair.Bare.CpuMicroseconds), "aim: at most 1.15");
        return 0;
    }

    private static void Print(string what, Measurement bare, Measurement gateway) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: bare {bare.Rate,8:F0}/s {bare.CpuMicroseconds,6:F1} us   gateway {gateway.Rate,8:F0}/s {gateway.CpuMicroseconds,6:F1} us"));

    private static void PrintRatio(string what, IEnumerable<double> ratios, string aim)
    {
        var sorted = ratios.Order().ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: median {sorted[sorted.Length / 2]:F2} (min {sorted[0]:F2}, max {sorted[^1]:F2}); {aim}"));
    }
}
