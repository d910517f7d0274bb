using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Throttling;
using Xunit;

namespace MfaGateway.Core.Tests.Throttling;

/// <summary>
/// What somebody who holds the password gets out of guessing codes, computed from the options and the real rules. docs/limits.md
/// says these numbers: with other defaults they are others there, too.
/// </summary>
public sealed class GuessingOddsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly AttemptOptions Options = new();
    private static readonly TotpOptions Totp = new();

    /// <summary>So many codes are right at any moment, of all there are.</summary>
    private static double PerGuess => (2 * Totp.SkewSteps + 1) / Math.Pow(10, Totp.Digits);

    [Fact]
    public void Without_help_a_guesser_in_a_hurry_has_a_hundred_tries_and_three_chances_in_ten_thousand()
    {
        var tries = TriesWithin(TimeSpan.FromDays(365), ownerSignsIn: false);

        Assert.Equal(100, tries);
        Assert.InRange(Odds(tries), 0.000_299, 0.000_301);
    }

    [Fact]
    public void An_owner_who_signs_in_all_the_time_gives_a_guesser_no_more_tries() =>
        Assert.Equal(TriesWithin(TimeSpan.FromDays(60), ownerSignsIn: false), TriesWithin(TimeSpan.FromDays(60), ownerSignsIn: true));

    [Fact]
    public void The_first_day_grants_seventy_tries_and_the_fourth_the_last()
    {
        Assert.Equal(70, TriesWithin(TimeSpan.FromDays(1), ownerSignsIn: false));
        Assert.Equal(90, TriesWithin(TimeSpan.FromHours(79), ownerSignsIn: false));
        Assert.Equal(100, TriesWithin(TimeSpan.FromHours(80), ownerSignsIn: false));
    }

    [Fact]
    public void A_patient_guesser_who_always_stops_before_the_hundredth_has_four_hundred_tries_a_year()
    {
        var tries = TriesWithin(4 * Options.InARowWindow, ownerSignsIn: false, stopsAt: Options.PerAccount.InARow - 1);

        Assert.Equal(396, tries);
        Assert.InRange(Odds(tries), 0.001_18, 0.001_19);
    }

    private static double Odds(int tries) => 1 - Math.Pow(1 - PerGuess, tries);

    /// <summary>As many as are granted, in a new flow whenever one is over; time goes on a minute at a time.</summary>
    /// <param name="stopsAt">Waits for the next window when so many are counted in a row.</param>
    private static int TriesWithin(TimeSpan time, bool ownerSignsIn, int stopsAt = int.MaxValue)
    {
        var limits = new AttemptLimits(Options, new ChallengeOptions());
        var states = new Dictionary<string, AttemptState>(StringComparer.Ordinal);
        var tries = 0;
        var flow = 0;
        for (var now = Start; now < Start + time; now += TimeSpan.FromMinutes(1))
        {
            if (ownerSignsIn)
                SignIn(states, limits.ForCode(Flow($"owner-{flow}"), FactorKind.Totp), now);
            while (CountedInARow(states, limits, now) < stopsAt
                && TryCount(states, limits.ForCode(Flow($"guesser-{flow}"), FactorKind.Totp), now) is { } closed)
            {
                tries += closed.Counted ? 1 : 0;
                if (!closed.EndsFlow)
                    continue;
                flow++;
            }
        }

        return tries;
    }

    private static int CountedInARow(Dictionary<string, AttemptState> states, AttemptLimits limits, DateTimeOffset now)
    {
        var bucket = limits.ForCode(Flow("any"), FactorKind.Totp).Buckets.Single(one => one.Kind == AttemptLimit.CodesInARow);
        var state = states.GetValueOrDefault(bucket.Key, AttemptState.Empty);
        return state.WindowEndsAt <= now ? 0 : state.Attempts;
    }

    /// <returns>Null when only time helps.</returns>
    private static Try? TryCount(Dictionary<string, AttemptState> states, AttemptPlan plan, DateTimeOffset now)
    {
        var next = plan.Buckets.Select(bucket => (bucket, State: AttemptRules.TryCount(states.GetValueOrDefault(bucket.Key, AttemptState.Empty), bucket, now))).ToList();
        if (next.Any(one => one.State is null && one.bucket.Kind != AttemptLimit.Challenge))
            return null;
        if (next.Any(one => one.State is null))
            return new Try(Counted: false, EndsFlow: true);
        foreach (var (bucket, state) in next)
            states[bucket.Key] = state!.Value;
        return new Try(Counted: true, EndsFlow: next.Any(one => one.bucket.Kind == AttemptLimit.Challenge && one.State!.Value.Closed));
    }

    private static void SignIn(Dictionary<string, AttemptState> states, AttemptPlan plan, DateTimeOffset now)
    {
        if (TryCount(states, plan, now) is not { Counted: true })
            return;
        foreach (var bucket in plan.Buckets)
            states[bucket.Key] = AttemptRules.Release(states[bucket.Key], bucket, states[bucket.Key].Window, 1, now);
    }

    private static ChallengeFlow Flow(string id) =>
        new(id, [], "ada", "two-factor", "/", [], null, null, Start, Start, Version: 1);

    private sealed record Try(bool Counted, bool EndsFlow);
}
