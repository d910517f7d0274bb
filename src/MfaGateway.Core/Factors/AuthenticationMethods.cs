using MfaGateway.Core.Access;
using MfaGateway.Core.Challenges;

namespace MfaGateway.Core.Factors;

/// <summary>Names of proofs in statements (RFC 8176 section 2).</summary>
public static class AuthenticationMethods
{
    /// <summary>The methods behind a set of proofs, with <c>mfa</c> when they are of more than one kind and make two factors.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<Proof> proofs)
    {
        var names = proofs.Select(proof => NameOf(proof.Factor)).Distinct().Order(StringComparer.Ordinal).ToList();
        if (proofs.Select(proof => proof.Factor).Distinct().Count() > 1 && ChallengeRules.StrengthOf(proofs) >= Strength.TwoFactor)
            names.Add("mfa");

        return names;
    }

    /// <summary>The name of a factor in <c>mfa_proofs</c>, where RFC 8176 would call two of them <c>otp</c>.</summary>
    public static string ProofNameOf(FactorKind factor) => factor switch
    {
        FactorKind.Password => "password",
        FactorKind.Totp => "totp",
        FactorKind.MagicCode => "magic-code",
        FactorKind.RecoveryCode => "recovery-code",
        _ => "passkey",
    };

    /// <summary>The name of one method: <c>pwd</c>, <c>otp</c> (an authenticator's or a recovery code), <c>hwk</c>, and <c>email</c>, which RFC 8176 has no name for.</summary>
    public static string NameOf(FactorKind factor) => factor switch
    {
        FactorKind.Password => "pwd",
        FactorKind.Passkey => "hwk",
        FactorKind.MagicCode => "email",
        _ => "otp",
    };
}
