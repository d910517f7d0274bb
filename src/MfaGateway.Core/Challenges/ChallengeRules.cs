using MfaGateway.Core.Access;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Timekeeping;

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
/// | password, none enrolled    | TwoFactor, mailed codes count as second    | the mailed code, where this person has it  |
/// | password + mailed code    | the same                                   | done; only the stale one where one is      |
/// | password by a mailed link | the same                                   | as with a mailed code alone                |
/// | password + mailed code    | TwoFactor that does not say so             | as with one of them                        |
/// | mailed code alone         | anything, mailed codes count for nothing   | the password                               |
/// | mailed code, too old      | any, and mail is switched off meanwhile    | the password                               |
/// | mailed code, too lax      | any, to open a stricter application        | as with one that is too old                |
/// | passkey                   | TwoFactor or PhishingResistant             | done                                       |
/// | anything but a passkey    | PhishingResistant                          | ask the passkey, or ask the administrator  |
/// | enough, one proof too old | any                                        | only the stale factor                      |
/// | password, over 10 minutes | TwoFactor, none enrolled                   | the password again, before enrolling       |
/// | recovery codes just made  | any                                        | save them (kept by the flow, asked first)  |
/// | less than is demanded     | any, to add an authenticator               | what is missing, as above                  |
/// | enough                    | any, to add one beside others              | enrol                                      |
/// | enough                    | any, to add the first one                  | as where TwoFactor demands it, see above   |
/// </code>
/// Whoever has an authenticator or a passkey is asked for it, whatever a policy takes mailed codes for: they are never a
/// weaker way around it. A password by a mailed link and a mailed code rest on one mailbox, and are one factor.
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

        if (latest.FirstOf(demand.MailedCodes) is not { } first)
            return latest.Mailed is null ? ChallengeStep.SignIn : ChallengeStep.Password;

        if (!IsFresh(first, demand.MaxAge, now))
            return AskAgain(first.Factor, enrolled);

        if (demand.Strength == Strength.PhishingResistant)
            return enrolled.Passkey ? ChallengeStep.Passkey : ChallengeStep.AskAdministrator;

        return SecondStep(first, latest, demand, enrolled, now);
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

        return LatestProofs.Of(proofs).FirstOf(demand.MailedCodes) is { } first ? FirstEnrollment(first, enrolled, now) : ChallengeStep.SignIn;
    }

    /// <summary>
    /// How strong a set of proofs is, regardless of age: how many are independent of each other. What rests on one mailbox alone (a mailed
    /// code, a password chosen by a mailed link) is one factor together.
    /// </summary>
    public static Strength StrengthOf(IReadOnlyList<Proof> proofs)
    {
        var latest = LatestProofs.Of(proofs);
        if (latest.Passkey is not null)
            return Strength.PhishingResistant;

        if (latest.FirstOf(MailedCodes.FirstFactor) is null)
            return Strength.None;

        return latest.Second is not null || latest.HasIndependentFirst ? Strength.TwoFactor : Strength.OneFactor;
    }

    /// <summary>Whether a code sent by e-mail is what makes the strength: as the only proof, or as the second one.</summary>
    public static bool RestsOnMail(IReadOnlyList<Proof> proofs)
    {
        var latest = LatestProofs.Of(proofs);
        return latest is { Mailed: not null, Second: null, Passkey: null };
    }

    private static ChallengeStep SecondStep(
        Proof first, LatestProofs latest, AccessDemand demand, EnrolledFactors enrolled, DateTimeOffset now)
    {
        if (latest.Second is { } given && IsFresh(given, demand.MaxAge, now))
            return ChallengeStep.Done;

        if (enrolled.AnySecondFactor)
            return AskSecond(enrolled);

        if (demand.Strength < Strength.TwoFactor)
            return ChallengeStep.Done;

        // A mailed code goes with a password alone, and one that does not come from the same mailbox: an account that came by mail enrols something better.
        if (demand.MailedCodes == MailedCodes.SecondFactorToo && enrolled.MagicCode && latest.Password is { ByMail: false } password)
        {
            if (!IsFresh(password, demand.MaxAge, now))
                return ChallengeStep.Password;
            return latest.Mailed is { } mailed && IsFresh(mailed, demand.MaxAge, now) ? ChallengeStep.Done : ChallengeStep.MagicCode;
        }

        return FirstEnrollment(first, enrolled, now);
    }

    /// <summary>The one way to a first second factor, whether a policy demands it or the person wants it.</summary>
    private static ChallengeStep FirstEnrollment(Proof first, EnrolledFactors enrolled, DateTimeOffset now)
    {
        if (!IsFresh(first, MaxAgeForFactorChange, now))
            return AskAgain(first.Factor, enrolled);

        return enrolled.Enrollment == EnrollmentDemand.Code ? ChallengeStep.EnrollmentCode : ChallengeStep.EnrollTotp;
    }

    private static ChallengeStep AskSecond(EnrolledFactors enrolled) =>
        enrolled.Passkey ? ChallengeStep.Passkey : ChallengeStep.Totp;

    private static ChallengeStep AskAgain(FactorKind factor, EnrolledFactors enrolled) =>
        factor == FactorKind.MagicCode && enrolled.MagicCode ? ChallengeStep.MagicCode : ChallengeStep.Password;

    private static bool IsFresh(Proof proof, TimeSpan? maxAge, DateTimeOffset now) =>
        !proof.IsTooLax && ClockRules.IsFresh(proof.At, maxAge, now);

    /// <summary>The newest proof of each part that a sign-in is made of.</summary>
    private readonly record struct LatestProofs(Proof? Password, Proof? Mailed, Proof? Second, Proof? Passkey)
    {
        /// <summary>A password and a mailed code, and not both from the mailbox.</summary>
        public bool HasIndependentFirst => Password is { ByMail: false } && Mailed is not null;

        public static LatestProofs Of(IReadOnlyList<Proof> proofs)
        {
            var latest = default(LatestProofs);
            for (var i = 0; i < proofs.Count; i++)
                latest = latest.With(proofs[i]);
            return latest;
        }

        /// <summary>What counts as the first factor: the newer one, where both were proved. One that is too lax takes the place of none.</summary>
        public Proof? FirstOf(MailedCodes mailedCodes) =>
            Mailed is { } mailed && mailedCodes != MailedCodes.Nothing && !(mailed.IsTooLax && Password is not null) ? Newer(Password, mailed) : Password;

        private LatestProofs With(Proof proof) => proof.Factor switch
        {
            FactorKind.Password => this with { Password = Newer(Password, proof) },
            FactorKind.MagicCode => this with { Mailed = Newer(Mailed, proof) },
            FactorKind.Totp or FactorKind.RecoveryCode => this with { Second = Newer(Second, proof) },
            FactorKind.Passkey => this with { Passkey = Newer(Passkey, proof) },
            _ => this,
        };

        private static Proof Newer(Proof? known, Proof candidate) =>
            known is { } k && k.At > candidate.At ? k : candidate;
    }
}
