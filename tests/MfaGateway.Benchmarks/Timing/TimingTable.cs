using System.Globalization;

namespace MfaGateway.Benchmarks.Timing;

/// <summary>Says of each pair whether its medians are as near to each other as the threat model promises.</summary>
internal static class TimingTable
{
    private const double BoundMilliseconds = 10;
    private const double BoundPart = 0.1;

    /// <summary>On a machine with nothing else to do nineteen of twenty answers come within less.</summary>
    private const double BusyFactor = 1.5;

    /// <returns>Whether every pair is within the bounds.</returns>
    public static bool Print(ProbeGroup group)
    {
        Console.WriteLine();
        Console.WriteLine($"{group.Title,-54} median   95th percentile");
        for (var i = 0; i < group.Probes.Count; i++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {Letter(i)}  {group.Probes[i].Name,-46} {group.Probes[i].Median,8:F2} ms {group.Probes[i].Percentile95,8:F2} ms"));

        PrintPairs(group.Probes);
        var pairs = group.Probes.SelectMany((one, i) => group.Probes.Skip(i + 1).Select(other => new Pair(one.Median, other.Median))).ToList();
        var beyond = pairs.Count(pair => !pair.IsWithin);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {pairs.Count} pairs, the widest {pairs.Max(pair => pair.Apart):F2} ms apart; {beyond} beyond the bounds of {BoundMilliseconds} ms or {BoundPart:P0}"));
        if (group.Probes.Any(probe => probe.Percentile95 > BusyFactor * probe.Median))
            Console.WriteLine("  The times are spread: other programs kept the machine busy. Medians then differ by chance; take more rounds, or a quieter machine.");
        return beyond == 0;
    }

    private static void PrintPairs(IReadOnlyList<Probe> probes)
    {
        Console.WriteLine("  how many ms the medians of each pair are apart (! is beyond the bounds)");
        Console.WriteLine("     " + string.Concat(Enumerable.Range(0, probes.Count - 1).Select(i => $"{Letter(i),7} ")));
        for (var i = 1; i < probes.Count; i++)
            Console.WriteLine($"  {Letter(i)}  " + string.Concat(probes.Take(i).Select(other => new Pair(probes[i].Median, other.Median))));
    }

    private static char Letter(int number) => (char)('a' + number);

    private sealed record Pair(double One, double Other)
    {
        public double Apart => Math.Abs(One - Other);

        /// <summary>The part is one of the quicker answer, which is the stricter reading.</summary>
        public bool IsWithin => Apart <= BoundMilliseconds || Apart <= BoundPart * Math.Min(One, Other);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Apart,7:F2}{(IsWithin ? ' ' : '!')}");
    }
}
