using System.Text;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Challenges;

/// <summary>
/// Makes sets of recovery codes, and keeps them readable for the minutes until the person has saved them: in the flow,
/// encrypted for it. Everywhere else there are only hashes.
/// </summary>
public sealed class FlowRecoveryCodes(RecoveryCodeOptions options, ISecretProtector protector)
{
    /// <param name="flow">The flow that will show them.</param>
    public FreshRecoveryCodes Make(ChallengeFlow flow)
    {
        var codes = RecoveryCode.GenerateSet(options.Count);
        var salt = RecoveryCodeHash.NewSalt();
        var shown = string.Join('\n', codes.Select(code => code.ToGroups()));
        return new(
            new NewRecoveryCodes(salt, [.. codes.Select(code => RecoveryCodeHash.Create(code, salt))]),
            protector.Protect(PurposeOf(flow), Encoding.UTF8.GetBytes(shown)));
    }

    /// <summary>The codes that a flow still has to show, in groups; null when it has none (any more).</summary>
    public IReadOnlyList<string>? Read(ChallengeFlow flow) =>
        flow.ProtectedRecoveryCodes is { } ciphertext
            ? Encoding.UTF8.GetString(protector.Unprotect(PurposeOf(flow), ciphertext)).Split('\n')
            : null;

    private static string PurposeOf(ChallengeFlow flow) => $"{nameof(FactorKind.RecoveryCode)}/{flow.AccountId}/{flow.Id}";
}

/// <param name="Kept">What the store keeps.</param>
/// <param name="Protected">The codes themselves, for the flow.</param>
public sealed record FreshRecoveryCodes(NewRecoveryCodes Kept, byte[] Protected);
