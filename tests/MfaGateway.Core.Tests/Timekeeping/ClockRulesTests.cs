using MfaGateway.Core.Access;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Timekeeping;
using Xunit;

namespace MfaGateway.Core.Tests.Timekeeping;

public sealed class ClockRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, null)]
    [InlineData(90, null)]
    [InlineData(91, 91)]
    [InlineData(-5000, null)]
    public void A_clock_is_behind_by_more_than_ninety_seconds(int markAhead, int? behind) =>
        Assert.Equal(behind, ClockRules.Behind(Now.AddSeconds(markAhead), Now)?.TotalSeconds);

    [Theory]
    [InlineData(0, true)]
    [InlineData(-600, true)]
    [InlineData(-601, false)]
    [InlineData(90, true)]
    [InlineData(91, false)]
    [InlineData(31_536_000, false)]
    public void A_proof_of_the_future_is_never_fresh(int at, bool fresh) =>
        Assert.Equal(fresh, ClockRules.IsFresh(Now.AddSeconds(at), TimeSpan.FromMinutes(10), Now));

    [Fact]
    public void A_proof_of_the_future_is_asked_again()
    {
        Proof[] proofs = [new(FactorKind.Password, Now.AddHours(1)), new(FactorKind.Totp, Now.AddHours(1))];
        var enrolled = new EnrolledFactors(Totp: true, Passkey: false, EnrollmentDemand.Nothing);
        var demand = AccessPolicy.AccountChange.Demand;

        Assert.Equal(ChallengeStep.Password, ChallengeRules.NextStep(proofs, demand, enrolled, Now));
        Assert.Equal(ChallengeStep.Done, ChallengeRules.NextStep(proofs, demand, enrolled, Now.AddHours(1)));
    }

    [Theory]
    [InlineData(90, true)]
    [InlineData(91, false)]
    public void A_session_that_was_last_seen_in_the_future_is_not_live(int seen, bool live)
    {
        var session = new GatewaySession("id", [], "account", [], Now, Now, Now.AddHours(12), string.Empty, string.Empty);

        Assert.Equal(live, SessionRules.IsLive(session, Now.AddSeconds(seen), Now, new GatewaySessionOptions()));
    }
}
