using System.Globalization;

namespace MfaGateway.Benchmarks;

/// <summary>
/// What it costs that nothing follows on a connection to an app after a body, HEAD, 204 or 304: the gateway as it comes and
/// with <c>ReadsEveryBody</c>, in turn, round by round, in front of the same upstream.
/// </summary>
internal static class Bodies
{
    private static readonly (string Name, string Script)[] Kinds =
    [
        ("POST of 200 bytes", "wrk.method = 'POST'\nwrk.body = string.rep('x', 200)\n"),
        ("upload of 1 MiB", "wrk.method = 'POST'\nwrk.body = string.rep('x', 1048576)\n"),
        ("GET answered 304", "wrk.headers['If-None-Match'] = '\"1\"'\n"),
    ];

    public static async Task<int> RunAsync(bool isShort)
    {
        if (!Load.IsThere)
        {
            await Console.Error.WriteLineAsync("wrk is not installed: apt-get install wrk");
            return 1;
        }

        var (rounds, seconds) = isShort ? (5, 3) : (9, 10);
        using var upstream = await Party.StartAsync("upstream");
        using var reusing = await Party.StartAsync("gateway", upstream.Address, "reads-every-body");
        using var closing = await Party.StartAsync("gateway", upstream.Address);

        Console.WriteLine($"{Load.Connections} connections, {rounds} rounds of {seconds} s each, {Environment.ProcessorCount} processors");
        foreach (var (name, script) in Kinds)
            await CompareAsync(name, script, reusing, closing, rounds, seconds);
        return 0;
    }

    private static async Task CompareAsync(string name, string script, Party reusing, Party closing, int rounds, int seconds)
    {
        await Load.RunAsync(reusing, seconds, script);
        await Load.RunAsync(closing, seconds, script);

        var pairs = new List<(Measurement Reusing, Measurement Closing)>();
        for (var round = 0; round < rounds; round++)
            pairs.Add((await Load.RunAsync(reusing, seconds, script), await Load.RunAsync(closing, seconds, script)));

        Print(name, "throughput", pairs.Select(pair => pair.Closing.Rate / pair.Reusing.Rate), pairs.Select(pair => pair.Reusing.Rate), "/s");
        Print(name, "CPU a request", pairs.Select(pair => pair.Closing.CpuMicroseconds / pair.Reusing.CpuMicroseconds), pairs.Select(pair => pair.Reusing.CpuMicroseconds), " us");
    }

    private static void Print(string name, string what, IEnumerable<double> ratios, IEnumerable<double> withSetting, string unit)
    {
        var sorted = ratios.Order().ToArray();
        var reference = withSetting.Order().ElementAt(sorted.Length / 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}, {what}, default / ReadsEveryBody: median {sorted[sorted.Length / 2]:F2} (min {sorted[0]:F2}, max {sorted[^1]:F2}); ReadsEveryBody {reference:F1}{unit}"));
    }
}
