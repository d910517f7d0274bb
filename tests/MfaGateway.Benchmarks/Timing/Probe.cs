using System.Diagnostics;
using System.Net;
using MfaGateway.TestKit;

namespace MfaGateway.Benchmarks.Timing;

/// <summary>One request that somebody may compare with others by how long its answer takes.</summary>
/// <param name="name">What is special about it.</param>
/// <param name="expected">Any other answer means that something else was measured.</param>
internal sealed class Probe(string name, HttpStatusCode expected, Func<Task<Visit>> ask)
{
    private readonly List<double> _milliseconds = [];

    public string Name => name;

    public double Median => Percentile(0.5);

    public double Percentile95 => Percentile(0.95);

    /// <summary>Asks once, from the first byte sent to the last one received.</summary>
    public async Task AskAsync(bool isKept)
    {
        var began = Stopwatch.GetTimestamp();
        var visit = await ask();
        var took = Stopwatch.GetElapsedTime(began);
        if (visit.Status != expected)
            throw new InvalidOperationException($"{name}: {(int)visit.Status} instead of {(int)expected}.");

        if (isKept)
            _milliseconds.Add(took.TotalMilliseconds);
    }

    /// <summary>By rank; of an even number of samples the median is the mean of the middle two.</summary>
    private double Percentile(double part)
    {
        var sorted = _milliseconds.Order().ToArray();
        var place = part * (sorted.Length - 1);
        return (sorted[(int)Math.Floor(place)] + sorted[(int)Math.Ceiling(place)]) / 2;
    }
}
