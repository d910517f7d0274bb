using MfaGateway.Core.IdentityHeaders;
using MfaGateway.Core.Storage;
using Xunit;

namespace MfaGateway.Core.Tests.IdentityHeaders;

public sealed class SigningKeyScheduleTests
{
    private static readonly DateTimeOffset Start = Statements.Noon;

    [Fact]
    public void The_first_key_signs_at_once()
    {
        var plan = SigningKeySchedule.Plan([], Start);

        Assert.Null(plan.Signer);
        Assert.Equal(new DueSigningKey(1, Start), plan.Due);
    }

    [Fact]
    public void The_first_key_signs_where_the_clock_is_behind_that_of_its_maker() =>
        Assert.Equal(1, SigningKeySchedule.Plan([Row(1, Start)], Start.AddSeconds(-5)).Signer!.Generation);

    [Fact]
    public void In_a_year_of_hourly_checks_every_key_is_seen_a_day_before_and_a_day_after_it_signs()
    {
        var rows = new List<SigningKeyRow>();
        var seen = new Dictionary<long, (DateTimeOffset First, DateTimeOffset Last)>();
        var signed = new Dictionary<long, (DateTimeOffset First, DateTimeOffset Last)>();
        for (var now = Start; now < Start.AddDays(365); now = now.AddHours(1))
        {
            var plan = SigningKeySchedule.Plan(rows, now);
            if (plan.Due is { } due)
                rows.Add(Row(due.Generation, due.ActivatesAt));
            rows.RemoveAll(row => row.Generation <= plan.RetiredUpTo);
            plan = SigningKeySchedule.Plan(rows, now);
            Note(signed, plan.Signer!.Generation, now);
            foreach (var row in plan.Published)
                Note(seen, row.Generation, now);
            Assert.InRange(plan.Published.Count, 1, 2);
        }

        Assert.Equal([1, 2, 3, 4, 5], signed.Keys.Order());
        Assert.Equal(TimeSpan.FromDays(90) - TimeSpan.FromHours(1), signed[2].Last - signed[2].First);
        foreach (var generation in new[] { 2L, 3, 4 })
        {
            Assert.True(signed[generation].First - seen[generation].First >= TimeSpan.FromHours(24));
            Assert.True(seen[generation].Last - signed[generation].Last >= TimeSpan.FromHours(24));
        }
    }

    [Fact]
    public void A_gateway_that_slept_through_the_change_still_publishes_before_it_signs()
    {
        SigningKeyRow[] rows = [Row(1, Start)];
        var late = Start.AddDays(200);

        var plan = SigningKeySchedule.Plan(rows, late);

        Assert.Equal(1, plan.Signer!.Generation);
        Assert.Equal(new DueSigningKey(2, late.AddHours(24)), plan.Due);
    }

    [Fact]
    public void No_second_key_is_made_while_one_waits() =>
        Assert.Null(SigningKeySchedule.Plan([Row(1, Start), Row(2, Start.AddDays(90))], Start.AddDays(89)).Due);

    [Fact]
    public void A_rotation_on_an_operators_word_overtakes_the_planned_key()
    {
        SigningKeyRow[] rows = [Row(1, Start), Row(2, Start.AddDays(90))];
        var now = Start.AddDays(88).AddHours(1);

        var due = SigningKeySchedule.Rotation(rows, now);
        SigningKeyRow[] after = [.. rows, Row(due.Generation, due.ActivatesAt)];

        Assert.Equal(new DueSigningKey(3, now.AddHours(24)), due);
        Assert.Equal(1, SigningKeySchedule.Plan(after, now.AddHours(23)).Signer!.Generation);
        Assert.Equal(3, SigningKeySchedule.Plan(after, now.AddHours(24)).Signer!.Generation);
        Assert.Equal(3, SigningKeySchedule.Plan(after, Start.AddDays(91)).Signer!.Generation);
        Assert.Equal(2, SigningKeySchedule.Plan(after, now.AddHours(48)).RetiredUpTo);
    }

    private static void Note(Dictionary<long, (DateTimeOffset First, DateTimeOffset Last)> times, long generation, DateTimeOffset now) =>
        times[generation] = times.TryGetValue(generation, out var known) ? (known.First, now) : (now, now);

    private static SigningKeyRow Row(long generation, DateTimeOffset activatesAt) =>
        new(generation, $"kid-{generation}", [], activatesAt, activatesAt);
}
