using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;

namespace MfaGateway.Core.Auditing;

/// <summary>What became of an answer to a question for a factor. The detail is <c>Totp</c> or <c>Totp: why it did not count</c>.</summary>
internal static class FactorSentences
{
    public static string Describe(AuditEntry entry)
    {
        var detail = entry.Detail ?? string.Empty;
        var colon = detail.IndexOf(':', StringComparison.Ordinal);
        var answer = Name(colon < 0 ? detail : detail[..colon]);
        if (entry.Succeeded)
            return $"Gave the right {answer}";

        var reason = colon < 0 ? "wrong" : detail[(colon + 1)..].Trim();
        return reason == "wrong" ? $"Gave a wrong {answer}" : $"Gave a {answer} that did not count: {reason}";
    }

    private static string Name(string factor) => factor == nameof(EnrollmentCode) ? "code for a new authenticator" : NameOfFactor(factor);

    private static string NameOfFactor(string factor) => Enum.TryParse<FactorKind>(factor, out var kind) ? kind switch
    {
        FactorKind.Password => "password",
        FactorKind.Totp => "code of the authenticator",
        FactorKind.MagicCode => "e-mailed code",
        FactorKind.RecoveryCode => "recovery code",
        _ => "passkey",
    } : "answer";
}
