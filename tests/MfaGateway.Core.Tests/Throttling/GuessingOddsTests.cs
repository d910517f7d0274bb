using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.MagicCodes;
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

    /// <summary>So many codes of one authenticator are right at any moment, of all there are. A second one doubles it.</summary>
    private static double PerGuess => ((2 * Totp.SkewSteps) + 1) / Math.Pow(10, Totp.Digits);

    [Fact]
    public void Without_help_a_guesser_in_a_hurry_has_a_hundred_tries_and_three_chances_in_ten_thousand()
    {
        var tries = TriesWithin(TimeSpan.FromDays(365));

        Assert.Equal(100, tries);
        Assert.InRange(OddsOf(tries), 0.000_299, 0.000_301);
    }

    [Fact]
    public void A_patient_guesser_who_always_stops_before_the_hundredth_has_four_hundred_tries_a_year()
    {
        var tries = TriesWithin(4 * Options.InARowWindow, mostInARow: Options.PerAccount.InARow - 1);

        Assert.Equal(396, tries);
        Assert.InRange(OddsOf(tries), 0.001_18, 0.001_19);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void An_owner_who_comes_in_every_hour_after_so_many_slips_gives_a_guesser_no_more_tries(int slips)
    {
        var alone = TriesWithin(TimeSpan.FromDays(60));

        Assert.InRange(TriesWithin(TimeSpan.FromDays(60), ownersSlips: slips), 1, alone);
        Assert.InRange(TriesWithin(TimeSpan.FromDays(60), mostInARow: 99, ownersSlips: slips), 1, 99);
    }

    [Fact]
    public void The_first_day_grants_seventy_tries_and_the_fourth_the_last()
    {
        Assert.Equal(70, TriesWithin(TimeSpan.FromDays(1)));
        Assert.Equal(90, TriesWithin(TimeSpan.FromHours(79)));
        Assert.Equal(100, TriesWithin(TimeSpan.FromHours(80)));
    }

    [Fact]
    public void Mailed_codes_have_the_same_limits_and_no_more_right_ones_at_once()
    {
        var limits = new AttemptLimits(Options, new ChallengeOptions());
        var ofFactor = limits.ForCode(Flow("any"), FactorKind.Totp).Buckets;
        var ofMail = limits.ForMailedCode("any", "ada", "ada@example.org", browser: null, new ClientContext("192.0.2.1", "")).Buckets;
        var mail = new MagicCodeOptions();

        Assert.Equal(Shape(ofFactor, AttemptLimit.Codes), Shape(ofMail, AttemptLimit.MailedCodes));
        Assert.Equal(Shape(ofFactor, AttemptLimit.CodesInARow), Shape(ofMail, AttemptLimit.MailedCodesInARow));
        Assert.InRange(mail.MostCodes / Math.Pow(10, mail.Digits), 0, PerGuess);
    }

    private static (int Limit, TimeSpan Window, TimeSpan? Longest, bool Suspends) Shape(IReadOnlyList<AttemptBucket> buckets, AttemptLimit kind)
    {
        var bucket = buckets.Single(one => one.Kind == kind);
        return (bucket.Limit, bucket.Window, bucket.LongestCoolDown, bucket.Suspends);
    }

    private static double OddsOf(int tries) => 1 - Math.Pow(1 - PerGuess, tries);

    /// <summary>Time goes on a minute at a time. A guesser tries whatever is granted, in new flows all the time.</summary>
    /// <param name="mostInARow">So many wrong answers the guesser leaves counted at the most.</param>
    /// <param name="ownersSlips">How often the owner mistypes before each right code, once an hour; null for an owner on holiday.</param>
    private static int TriesWithin(TimeSpan time, int mostInARow = int.MaxValue, int? ownersSlips = null)
    {
        var limits = new AttemptLimits(Options, new ChallengeOptions());
        var counters = new Counters();
        var tries = 0;
        for (var now = Start; now < Start + time; now += TimeSpan.FromMinutes(1))
        {
            if (ownersSlips is { } slips && now.Minute == 0)
                SignIn(counters, limits, slips, now);
            for (var flow = 0; counters.InARow(now) < mostInARow && TryFlow(counters, limits, $"{now:u}/{flow}", mostInARow, now) is > 0 and var made; flow++)
                tries += made;
        }

        return tries;
    }

    private static int TryFlow(Counters counters, AttemptLimits limits, string flow, int mostInARow, DateTimeOffset now)
    {
        var tries = 0;
        while (counters.InARow(now) < mostInARow && counters.TryCount(limits.ForCode(Flow(flow), FactorKind.Totp), now) is not null)
            tries++;
        return tries;
    }

    private static void SignIn(Counters counters, AttemptLimits limits, int slips, DateTimeOffset now)
    {
        var plan = limits.ForCode(Flow($"owner/{now:u}"), FactorKind.Totp);
        for (var slip = 0; slip < slips; slip++)
            counters.TryCount(plan, now);
        if (counters.TryCount(plan, now) is { } counted)
            counters.TakeBack(counted, now);
    }

    private static ChallengeFlow Flow(string id) =>
        new(id, [], "ada", "two-factor", "/", [], null, null, Start, Start, Version: 1);

    /// <summary>What a store does with the rules, for one guesser at a time.</summary>
    private sealed class Counters
    {
        private readonly Dictionary<string, AttemptState> _states = new(StringComparer.Ordinal);

        public int InARow(DateTimeOffset now)
        {
            var state = StateOf("account/ada/Totp-in-a-row");
            return state.WindowEndsAt > now ? state.Attempts : 0;
        }

        /// <returns>Null when none was granted.</returns>
        public Dictionary<AttemptBucket, AttemptState>? TryCount(AttemptPlan plan, DateTimeOffset now)
        {
            var counted = new Dictionary<AttemptBucket, AttemptState>();
            foreach (var bucket in plan.Buckets)
            {
                var state = StateOf(bucket.Key);
                if (counted.Keys.SingleOrDefault(whole => whole.Key == bucket.PartOf) is { } whole)
                    state = AttemptRules.Within(counted[whole], state, bucket, now);
                if (AttemptRules.TryCount(state, bucket, now) is not { } next)
                    return null;
                counted[bucket] = next;
            }

            foreach (var (bucket, state) in counted)
                _states[bucket.Key] = state;
            return counted;
        }

        public void TakeBack(Dictionary<AttemptBucket, AttemptState> counted, DateTimeOffset now)
        {
            foreach (var (bucket, state) in counted)
            {
                var part = counted.Keys.SingleOrDefault(candidate => candidate.PartOf == bucket.Key);
                var own = part is null ? 1 : counted[part].Attempts;
                _states[bucket.Key] = AttemptRules.Release(StateOf(bucket.Key), bucket, state.Window, own, now);
            }
        }

        private AttemptState StateOf(string key) => _states.GetValueOrDefault(key, AttemptState.Empty);
    }
}
