using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;

namespace MfaGateway.Core.Access;

/// <summary>Who asks, as far as a decision needs it.</summary>
/// <param name="FoldedUserName">The result of <c>UserNames.Fold</c>.</param>
/// <param name="FoldedGroups">Each the result of <c>GroupNames.Fold</c>.</param>
public sealed record AccessSubject(
    string FoldedUserName, IReadOnlyList<string> FoldedGroups, IReadOnlyList<Proof> Proofs, EnrolledFactors Enrolled)
{
    /// <summary>Whether one of the proofs is a mailed code.</summary>
    public bool CameByMail { get; } = Proofs.Any(proof => proof.Factor == FactorKind.MagicCode);
}
