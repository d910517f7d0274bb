using MfaGateway.Core.Access;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using Xunit;
using static MfaGateway.Core.Challenges.ChallengeStep;
using static MfaGateway.Core.Factors.FactorKind;

namespace MfaGateway.Core.Tests.Challenges;

/// <summary>Walks the table over <see cref="ChallengeRules"/> row by row.</summary>
public sealed class ChallengeRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly EnrolledFactors NoSecond = new(Totp: false, Passkey: false, EnrollmentDemand.Nothing);
    private static readonly EnrolledFactors NoSecondAfterReset = NoSecond with { Enrollment = EnrollmentDemand.Code };
    private static readonly EnrolledFactors WithTotp = NoSecond with { Totp = true };
    private static readonly EnrolledFactors WithMail = NoSecond with { MagicCode = true };
    private static readonly EnrolledFactors WithBoth = new(Totp: true, Passkey: true, EnrollmentDemand.Nothing);

    public static TheoryData<FactorKind[]> EveryMixOfProofs => new(
        from mask in Enumerable.Range(0, 32)
        select Enum.GetValues<FactorKind>().Where((_, bit) => (mask & (1 << bit)) != 0).ToArray());

    [Theory]
    [MemberData(nameof(EveryMixOfProofs))]
    public void Nothing_demanded_is_done_whatever_was_proved(FactorKind[] proofs) =>
        Assert.Equal(Done, Next(proofs, Strength.None, WithTotp));

    [Theory]
    [InlineData(Strength.OneFactor)]
    [InlineData(Strength.TwoFactor)]
    public void Nobody_is_asked_to_sign_in(Strength demanded) => Assert.Equal(SignIn, Next([], demanded, WithTotp));

    [Theory]
    [InlineData(FactorKind.Password)]
    [InlineData(FactorKind.MagicCode)]
    public void One_factor_is_enough_where_one_is_demanded_and_no_second_is_enrolled(FactorKind first) =>
        Assert.Equal(Done, Next([first], Strength.OneFactor, NoSecond));

    [Theory]
    [InlineData(FactorKind.Password, Strength.OneFactor)]
    [InlineData(FactorKind.Password, Strength.TwoFactor)]
    [InlineData(FactorKind.MagicCode, Strength.OneFactor)]
    [InlineData(FactorKind.MagicCode, Strength.TwoFactor)]
    public void An_enrolled_second_factor_is_asked_whatever_is_demanded(FactorKind first, Strength demanded)
    {
        Assert.Equal(ChallengeStep.Totp, Next([first], demanded, WithTotp));
        Assert.Equal(ChallengeStep.Passkey, Next([first], demanded, WithBoth));
    }

    [Fact]
    public void Whoever_needs_a_second_factor_and_has_none_enrols_one_now() =>
        Assert.Equal(EnrollTotp, Next([FactorKind.Password], Strength.TwoFactor, NoSecond));

    [Fact]
    public void After_a_reset_the_administrators_code_comes_before_the_enrolment()
    {
        Assert.Equal(ChallengeStep.EnrollmentCode, Next([FactorKind.Password], Strength.TwoFactor, NoSecondAfterReset));
        Assert.Equal(Done, Next([FactorKind.Password], Strength.OneFactor, NoSecondAfterReset));
    }

    [Fact]
    public void After_a_reset_an_old_password_is_asked_again_before_the_code()
    {
        var demand = new AccessDemand(Strength.TwoFactor, MaxAge: null);

        Assert.Equal(ChallengeStep.Password, ChallengeRules.NextStep([Old(FactorKind.Password, 11)], demand, NoSecondAfterReset, Now));
    }

    [Theory]
    [InlineData(FactorKind.Totp)]
    [InlineData(RecoveryCode)]
    public void A_password_and_a_code_are_two_factors(FactorKind second) =>
        Assert.Equal(Done, Next([FactorKind.Password, second], Strength.TwoFactor, WithTotp));

    [Theory]
    [InlineData(Strength.TwoFactor)]
    [InlineData(Strength.PhishingResistant)]
    public void A_passkey_alone_is_enough(Strength demanded) => Assert.Equal(Done, Next([FactorKind.Passkey], demanded, WithBoth));

    [Fact]
    public void Codes_are_never_phishing_resistant()
    {
        Assert.Equal(ChallengeStep.Passkey, Next([FactorKind.Password, FactorKind.Totp], Strength.PhishingResistant, WithBoth));
        Assert.Equal(AskAdministrator, Next([FactorKind.Password, FactorKind.Totp], Strength.PhishingResistant, WithTotp));
    }

    [Theory]
    [InlineData(FactorKind.Totp)]
    [InlineData(RecoveryCode)]
    public void A_second_factor_without_a_first_begins_with_the_first(FactorKind alone) =>
        Assert.Equal(SignIn, Next([alone], Strength.OneFactor, WithTotp));

    [Fact]
    public void What_rests_on_one_mailbox_alone_is_one_factor()
    {
        var now = DateTimeOffset.UnixEpoch;
        Proof mailed = new(FactorKind.MagicCode, now), byMail = new(FactorKind.Password, now) { ByMail = true }, own = new(FactorKind.Password, now);

        Assert.Equal((Strength.OneFactor, "one-factor-mail"), Of(mailed, byMail));
        Assert.Equal((Strength.OneFactor, "one-factor"), Of(byMail));
        Assert.Equal((Strength.TwoFactor, "two-factor-mail"), Of(mailed, own));
        Assert.Equal((Strength.TwoFactor, "two-factor"), Of(mailed, byMail, new(FactorKind.Totp, now)));
        Assert.Equal(["email", "pwd"], AuthenticationMethods.Of([mailed, byMail]));
        Assert.Equal(["email", "pwd", "mfa"], AuthenticationMethods.Of([mailed, own]));

        static (Strength, string) Of(params Proof[] proofs) => (ChallengeRules.StrengthOf(proofs), StrengthNames.ContextOf(proofs));
    }

    [Fact]
    public void A_password_by_a_mailed_link_takes_no_mailed_code_for_the_second_factor()
    {
        var now = DateTimeOffset.UnixEpoch;
        var demand = new AccessDemand(Strength.TwoFactor, null) { MailedCodes = MailedCodes.SecondFactorToo };
        var enrolled = new EnrolledFactors(Totp: false, Passkey: false, EnrollmentDemand.Nothing) { MagicCode = true };
        Proof password = new(FactorKind.Password, now), mailed = new(FactorKind.MagicCode, now);

        Assert.Equal(ChallengeStep.MagicCode, ChallengeRules.NextStep([password], demand, enrolled, now));
        Assert.Equal(ChallengeStep.EnrollTotp, ChallengeRules.NextStep([password with { ByMail = true }], demand, enrolled, now));
        Assert.Equal(ChallengeStep.EnrollTotp, ChallengeRules.NextStep([password with { ByMail = true }, mailed], demand, enrolled, now));
    }

    [Fact]
    public void Two_first_factors_are_not_two_factors() =>
        Assert.Equal(ChallengeStep.Totp, Next([FactorKind.Password, FactorKind.MagicCode], Strength.TwoFactor, WithTotp));

    [Fact]
    public void A_password_and_a_mailed_code_are_two_factors_where_the_policy_says_so_and_nothing_better_is_enrolled()
    {
        FactorKind[] both = [FactorKind.Password, FactorKind.MagicCode];
        var demand = new AccessDemand(Strength.TwoFactor, MaxAge: null) { MailedCodes = MailedCodes.SecondFactorToo };

        Assert.Equal(ChallengeStep.MagicCode, ChallengeRules.NextStep(Proofs([FactorKind.Password]), demand, WithMail, Now));
        Assert.Equal(Done, ChallengeRules.NextStep(Proofs(both), demand, WithMail, Now));
        Assert.Equal(ChallengeStep.Totp, ChallengeRules.NextStep(Proofs(both), demand, WithTotp with { MagicCode = true }, Now));
        Assert.Equal(EnrollTotp, ChallengeRules.NextStep(Proofs([FactorKind.Password]), demand, NoSecond, Now));
        Assert.Equal(EnrollTotp, ChallengeRules.NextStep(Proofs([FactorKind.MagicCode]), demand, WithMail, Now));
        Assert.Equal(EnrollTotp, Next(both, Strength.TwoFactor, WithMail));
    }

    [Theory]
    [InlineData(20, 1, ChallengeStep.Password)]
    [InlineData(1, 20, ChallengeStep.MagicCode)]
    [InlineData(15, 15, Done)]
    public void Of_a_password_and_a_mailed_code_only_the_stale_one_is_asked_again(int passwordMinutes, int mailMinutes, ChallengeStep expected)
    {
        Proof[] proofs = [Old(FactorKind.Password, passwordMinutes), Old(FactorKind.MagicCode, mailMinutes)];
        var demand = Within15Minutes(Strength.TwoFactor) with { MailedCodes = MailedCodes.SecondFactorToo };

        Assert.Equal(expected, ChallengeRules.NextStep(proofs, demand, WithMail, Now));
    }

    [Fact]
    public void Where_mailed_codes_count_for_nothing_the_password_is_asked()
    {
        var demand = new AccessDemand(Strength.OneFactor, MaxAge: null) { MailedCodes = MailedCodes.Nothing };

        Assert.Equal(ChallengeStep.Password, ChallengeRules.NextStep(Proofs([FactorKind.MagicCode]), demand, WithMail, Now));
        Assert.Equal(Done, ChallengeRules.NextStep(Proofs([FactorKind.MagicCode, FactorKind.Password]), demand, WithMail, Now));
        Assert.Equal(SignIn, ChallengeRules.NextStep([], demand, WithMail, Now));
    }

    [Theory]
    [InlineData(20, 1, ChallengeStep.Password)]
    [InlineData(1, 20, ChallengeStep.Totp)]
    [InlineData(20, 20, ChallengeStep.Password)]
    [InlineData(15, 15, Done)]
    public void Only_the_factor_whose_proof_is_too_old_is_asked(int passwordMinutes, int totpMinutes, ChallengeStep expected)
    {
        Proof[] proofs = [Old(FactorKind.Password, passwordMinutes), Old(FactorKind.Totp, totpMinutes)];

        Assert.Equal(expected, ChallengeRules.NextStep(proofs, Within15Minutes(Strength.TwoFactor), WithTotp, Now));
    }

    [Fact]
    public void The_newest_proof_of_a_factor_counts()
    {
        Proof[] proofs = [Old(FactorKind.Password, 20), Old(FactorKind.Totp, 1), Old(FactorKind.Password, 0), Old(FactorKind.Password, 30)];

        Assert.Equal(Done, ChallengeRules.NextStep(proofs, Within15Minutes(Strength.TwoFactor), WithTotp, Now));
    }

    [Fact]
    public void A_stale_magic_code_or_passkey_is_asked_again_as_what_it_was()
    {
        var demand = Within15Minutes(Strength.OneFactor);

        Assert.Equal(ChallengeStep.MagicCode, ChallengeRules.NextStep([Old(FactorKind.MagicCode, 20)], demand, WithMail, Now));
        Assert.Equal(ChallengeStep.Password, ChallengeRules.NextStep([Old(FactorKind.MagicCode, 20)], demand, NoSecond, Now));
        Assert.Equal(ChallengeStep.Passkey, ChallengeRules.NextStep([Old(FactorKind.Passkey, 20)], demand, WithBoth, Now));
    }

    [Fact]
    public void An_old_password_alone_does_not_let_anybody_enrol_a_device()
    {
        var demand = new AccessDemand(Strength.TwoFactor, MaxAge: null);

        Assert.Equal(ChallengeStep.Password, ChallengeRules.NextStep([Old(FactorKind.Password, 11)], demand, NoSecond, Now));
        Assert.Equal(EnrollTotp, ChallengeRules.NextStep([Old(FactorKind.Password, 10)], demand, NoSecond, Now));
    }

    [Theory]
    [MemberData(nameof(EveryMixOfProofs))]
    public void To_add_an_authenticator_everything_that_is_missing_comes_first(FactorKind[] proofs)
    {
        foreach (var enrolled in new[] { NoSecond, NoSecondAfterReset, WithTotp, WithBoth })
        {
            var missing = Next(proofs, Strength.OneFactor, enrolled);
            var step = ToAdd(Proofs(proofs), enrolled);

            if (missing != Done)
                Assert.Equal(missing, step);
            else
                Assert.NotEqual(Done, step);
        }
    }

    [Fact]
    public void Beside_others_it_is_added_after_fresh_proofs_and_only_the_stale_one_is_asked()
    {
        Assert.Equal(ChallengeStep.Totp, ToAdd([Old(FactorKind.Password, 0)], WithTotp));
        Assert.Equal(ChallengeStep.Totp, ToAdd([Old(FactorKind.Password, 10), Old(FactorKind.Totp, 11)], WithTotp));
        Assert.Equal(ChallengeStep.Password, ToAdd([Old(FactorKind.Password, 11), Old(FactorKind.Totp, 10)], WithTotp));
        Assert.Equal(EnrollTotp, ToAdd([Old(FactorKind.Password, 10), Old(FactorKind.Totp, 10)], WithTotp));
        Assert.Equal(EnrollTotp, ToAdd([Old(FactorKind.Password, 0), Old(RecoveryCode, 0)], WithTotp));
    }

    [Fact]
    public void The_first_one_is_added_by_choice_as_it_is_where_a_policy_demands_it()
    {
        foreach (var enrolled in new[] { NoSecond, NoSecondAfterReset })
        {
            foreach (var minutes in new[] { 0, 10, 11 })
            {
                Proof[] proofs = [Old(FactorKind.Password, minutes)];

                Assert.Equal(
                    ChallengeRules.NextStep(proofs, new AccessDemand(Strength.TwoFactor, MaxAge: null), enrolled, Now),
                    ToAdd(proofs, enrolled));
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryMixOfProofs))]
    public void A_flow_that_only_meets_a_policy_or_shows_codes_ends_when_its_policy_is_met(FactorKind[] proofs)
    {
        foreach (var purpose in new[] { FlowPurpose.MeetPolicy, FlowPurpose.SaveNewCodes })
        {
            Assert.Equal(
                Next(proofs, Strength.TwoFactor, WithTotp),
                ChallengeRules.NextStep(purpose, Proofs(proofs), new AccessDemand(Strength.TwoFactor, MaxAge: null), WithTotp, Now));
        }
    }

    [Theory]
    [MemberData(nameof(EveryMixOfProofs))]
    public void Done_never_means_less_than_what_is_demanded(FactorKind[] proofs)
    {
        foreach (var demanded in Enum.GetValues<Strength>())
        {
            foreach (var enrolled in new[] { NoSecond, NoSecondAfterReset, WithTotp, WithBoth })
            {
                var done = Next(proofs, demanded, enrolled) == Done;
                Assert.False(done && ChallengeRules.StrengthOf(Proofs(proofs)) < demanded);
            }
        }
    }

    private static ChallengeStep Next(FactorKind[] proofs, Strength demanded, EnrolledFactors enrolled) =>
        ChallengeRules.NextStep(Proofs(proofs), new AccessDemand(demanded, MaxAge: null), enrolled, Now);

    private static ChallengeStep ToAdd(Proof[] proofs, EnrolledFactors enrolled) =>
        ChallengeRules.NextStep(FlowPurpose.AddAuthenticator, proofs, AccessPolicy.AccountChange.Demand, enrolled, Now);

    private static Proof[] Proofs(FactorKind[] factors) => [.. factors.Select(factor => new Proof(factor, Now))];

    private static Proof Old(FactorKind factor, int minutes) => new(factor, Now - TimeSpan.FromMinutes(minutes));

    private static AccessDemand Within15Minutes(Strength strength) => new(strength, TimeSpan.FromMinutes(15));
}
