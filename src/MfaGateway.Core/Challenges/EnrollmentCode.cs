using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using MfaGateway.Core.Factors.RecoveryCodes;

namespace MfaGateway.Core.Challenges;

/// <summary>
/// What an administrator hands to a person whose second factor was reset, so that the password alone does not enrol a new one:
/// 80 random bits, written as recovery codes are. Does not print itself; take <see cref="ToGroups"/> where it is meant to be shown.
/// </summary>
public sealed class EnrollmentCode
{
    private readonly RecoveryCode _code;

    private EnrollmentCode(RecoveryCode code)
    {
        _code = code;

        // Not a slow hash: 80 random bits that live for a day and are tried a few times are out of reach without one.
        Hash = SHA256.HashData(Encoding.ASCII.GetBytes($"enrollment/{code.ToCanonical()}"));
    }

    /// <summary>What the store keeps in place of the code.</summary>
    public byte[] Hash { get; }

    public static EnrollmentCode Generate() => new(RecoveryCode.Generate());

    /// <summary>Reads what a person types, as forgiving as <see cref="RecoveryCode.TryParse"/>.</summary>
    /// <returns>False for what can't be anybody's code.</returns>
    public static bool TryParse(string? typed, [NotNullWhen(true)] out EnrollmentCode? code)
    {
        code = RecoveryCode.TryParse(typed, out var read) ? new(read) : null;
        return code is not null;
    }

    /// <summary>As it is shown: <c>xxxx-xxxx-xxxx-xxxx</c>.</summary>
    public string ToGroups() => _code.ToGroups();

    public override string ToString() => nameof(EnrollmentCode);
}
