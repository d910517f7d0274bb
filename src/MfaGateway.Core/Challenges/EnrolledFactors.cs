namespace MfaGateway.Core.Challenges;

/// <summary>What a person could be asked for, and whether they may enrol more.</summary>
/// <param name="Totp">At least one authenticator.</param>
/// <param name="Passkey">At least one passkey.</param>
/// <param name="Enrollment">What a first second factor needs beside the first factor.</param>
public sealed record EnrolledFactors(bool Totp, bool Passkey, EnrollmentDemand Enrollment)
{
    /// <summary>Whether this person may be asked for a code sent by e-mail. It is no second factor of its own accord.</summary>
    public bool MagicCode { get; init; }

    public bool AnySecondFactor => Totp || Passkey;
}

/// <summary>What the enrolment of a first second factor needs beside the first factor.</summary>
public enum EnrollmentDemand
{
    Nothing,

    /// <summary>The code that an administrator has handed over.</summary>
    Code,
}
