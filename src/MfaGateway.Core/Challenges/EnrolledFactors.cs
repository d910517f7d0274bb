using MfaGateway.Core.Factors.Totp;

namespace MfaGateway.Core.Challenges;

/// <summary>What a person could be asked for, and whether they may enrol more.</summary>
/// <param name="Totp">At least one authenticator.</param>
/// <param name="Passkey">At least one passkey.</param>
/// <param name="EnrollmentOpen">Whether a first second factor may be enrolled after the first factor alone.</param>
public sealed record EnrolledFactors(bool Totp, bool Passkey, bool EnrollmentOpen)
{
    public bool AnySecondFactor => Totp || Passkey;

    /// <summary>What these authenticators are to the rules. The only place that says so: decisions and flows must agree.</summary>
    public static EnrolledFactors Of(IReadOnlyCollection<TotpAuthenticator> authenticators) =>
        new(Totp: authenticators.Count > 0, Passkey: false, EnrollmentOpen: true);
}
