using MfaGateway.Core.Access;
using MfaGateway.Core.Factors;

namespace MfaGateway.Core.Challenges;

/// <summary>
/// The rules of the challenge. Pure: what was proved, what is demanded, what is enrolled and the time go in, the next
/// step comes out. Everything that decides whether somebody has proved enough asks here.
/// </summary>
/// <remarks>
/// <code>
/// | proofs so far             | demanded                                   | next step                                  |
/// |---------------------------|--------------------------------------------|--------------------------------------------|
/// | any                       | None                                       | done                                       |
/// | none                      | anything but None                          | sign in                                    |
/// | password or magic code    | OneFactor, no second factor enrolled       | done                                       |
/// | password or magic code    | a second factor is enrolled, any demand    | ask it (passkey before TOTP)               |
/// | password or magic code    | TwoFactor, none enrolled                   | enrol now                                  |
/// | password or magic code    | the same, after a reset                    | the administrator's code, then enrol       |
/// | + totp or recovery code   | TwoFactor                                  | done                                       |
/// | passkey                   | TwoFactor or PhishingResistant             | done                                       |
/// | anything but a passkey    | PhishingResistant                          | ask the passkey, or ask the administrator  |
/// | enough, one proof too old | any                                        | only the stale factor                      |
/// | password, over 10 minutes | TwoFactor, none enrolled                   | the password again, before enrolling       |
/// | recovery codes just made  | any                                        | save them (kept by the flow, asked first)  |
/// | less than is demanded     | any, to add an authenticator               | what is missing, as above                  |
/// | enough                    | any, to add one beside others              | enrol                                      |
/// | enough                    | any, to add the first one                  | as where TwoFactor demands it, see above   |
/// </code>
/// A magic code after a password as a second factor is for the policy to allow; until a policy can say so, it counts once.
/// </remarks>
public static class ChallengeRules
{
    /// <summary>Changing a factor needs proofs no older than this; a first enrolment is such a change.</summary>
    public static readonly TimeSpan MaxAgeForFactorChange = TimeSpan.FromMinutes(10);

    /// <param name="now">The one clock reading of the request or answer.</param>
    public static ChallengeStep NextStep(
        IReadOnlyList<Proof> proofs, AccessDemand demand, EnrolledFactors enrolled, DateTimeOffset now)
    {
        if (demand.Strength == Strength.None)
            return ChallengeStep.Done;

        var latest = LatestProofs.Of(proofs);
        if (latest.Passkey is { } passkey)
            return IsFresh(passkey, demand.MaxAge, now) ? ChallengeStep.Done : ChallengeStep.Passkey;

        if (latest.First is not { } first)
            return ChallengeStep.SignIn;

        if (!IsFresh(first, demand.MaxAge, now))
            return AskAgain(first.Factor);

        if (demand.Strength == Strength.PhishingResistant)
            return enrolled.Passkey ? ChallengeStep.Passkey : ChallengeStep.AskAdministrator;

        return SecondStep(first, latest.Second, demand, enrolled, now);
    }

    /// <summary>The same for a flow that is also begun to change something: that comes when its policy is met.</summary>
    public static ChallengeStep NextStep(
        FlowPurpose purpose, IReadOnlyList<Proof> proofs, AccessDemand demand, EnrolledFactors enrolled, DateTimeOffset now)
    {
        var step = NextStep(proofs, demand, enrolled, now);
        if (step != ChallengeStep.Done || purpose != FlowPurpose.AddAuthenticator)
            return step;

        if (enrolled.AnySecondFactor)
            return ChallengeStep.EnrollTotp;

        return LatestProofs.Of(proofs).First is { } first ? FirstEnrollment(first, enrolled, now) : ChallengeStep.SignIn;
    }

    /// <summary>How strong a set of proofs is, whatever their age.</summary>
    public static Strength StrengthOf(IReadOnlyList<Proof> proofs)
    {
        var latest = LatestProofs.Of(proofs);
        if (latest.Passkey is not null)
            return Strength.PhishingResistant;

        if (latest.First is null)
            return Strength.None;

        return latest.Second is null ? Strength.OneFactor : Strength.TwoFactor;
    }

    private static ChallengeStep SecondStep(
        Proof first, Proof? second, AccessDemand demand, EnrolledFactors enrolled, DateTimeOffset now)
    {
        if (second is { } given && IsFresh(given, demand.MaxAge, now))
            return ChallengeStep.Done;

        if (enrolled.AnySecondFactor)
            return AskSecond(enrolled);

        if (demand.Strength < Strength.TwoFactor)
            return ChallengeStep.Done;

        return FirstEnrollment(first, enrolled, now);
    }

    /// <summary>The one way to a first second factor, whether a policy demands it or the person wants it.</summary>
    private static ChallengeStep FirstEnrollment(Proof first, EnrolledFactors enrolled, DateTimeOffset now)
    {
        if (!IsFresh(first, MaxAgeForFactorChange, now))
            return AskAgain(first.Factor);

        return enrolled.Enrollment == EnrollmentDemand.Code ? ChallengeStep.EnrollmentCode : ChallengeStep.EnrollTotp;
    }

    private static ChallengeStep AskSecond(EnrolledFactors enrolled) =>
        enrolled.Passkey ? ChallengeStep.Passkey : ChallengeStep.Totp;

    private static ChallengeStep AskAgain(FactorKind factor) =>
        factor == FactorKind.MagicCode ? ChallengeStep.MagicCode : ChallengeStep.Password;

    private static bool IsFresh(Proof proof, TimeSpan? maxAge, DateTimeOffset now) =>
        maxAge is null || now - proof.At <= maxAge;

    /// <summary>The newest proof of each part that a sign-in is made of.</summary>
    private readonly record struct LatestProofs(Proof? First, Proof? Second, Proof? Passkey)
    {
        public static LatestProofs Of(IReadOnlyList<Proof> proofs)
        {
            var latest = default(LatestProofs);
            for (var i = 0; i < proofs.Count; i++)
                latest = latest.With(proofs[i]);
            return latest;
        }

        private LatestProofs With(Proof proof) => proof.Factor switch
        {
            FactorKind.Password or FactorKind.MagicCode => this with { First = Newer(First, proof) },
            FactorKind.Totp or FactorKind.RecoveryCode => this with { Second = Newer(Second, proof) },
            FactorKind.Passkey => this with { Passkey = Newer(Passkey, proof) },
            _ => this,
        };

        private static Proof Newer(Proof? known, Proof candidate) =>
            known is { } k && k.At > candidate.At ? k : candidate;
    }
}
