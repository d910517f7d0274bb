using System.Security.Cryptography;

namespace MfaGateway.Benchmarks.Timing;

/// <summary>Requests whose answers must take equally long: each is compared with each.</summary>
/// <param name="Title">What they have in common.</param>
/// <param name="Refresh">Brings counters and forms back to where they were, so that no limit closes by being measured; not timed.</param>
internal sealed record ProbeGroup(string Title, IReadOnlyList<Probe> Probes, Func<Task> Refresh)
{
    private const int WarmUpRounds = 8;

    /// <summary>Fewer than the narrowest limit that must not close: by default five codes in a challenge.</summary>
    public int RoundsBetweenRefreshes { get; init; } = 4;

    /// <summary>
    /// Everybody once a round, in another order each time: a machine that slows down slows all of them down, and nobody always comes
    /// after the same one.
    /// </summary>
    /// <exception cref="OperationCanceledException">Somebody wants it to end.</exception>
    public async Task MeasureAsync(int rounds, CancellationToken cancellationToken)
    {
        var order = Probes.ToArray();
        for (var round = 0; round < WarmUpRounds + rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (round % RoundsBetweenRefreshes == 0)
                await Refresh();

            RandomNumberGenerator.Shuffle<Probe>(order);
            foreach (var probe in order)
                await probe.AskAsync(isKept: round >= WarmUpRounds);
        }
    }
}
