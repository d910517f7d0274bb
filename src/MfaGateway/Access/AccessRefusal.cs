using MfaGateway.Core.Access;

namespace MfaGateway.Access;

/// <summary>Why a request was not let through: what <see cref="AccessRequirementHandler"/> tells <see cref="AccessResultHandler"/>.</summary>
/// <param name="Policy">The policy that was not met.</param>
public sealed record AccessRefusal(AccessDecision Decision, AccessPolicy Policy);
