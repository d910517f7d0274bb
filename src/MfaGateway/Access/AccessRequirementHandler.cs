using MfaGateway.Core.Access;
using MfaGateway.Hardening;
using MfaGateway.Sessions;

namespace MfaGateway.Access;

/// <summary>
/// Asks <see cref="AccessEvaluator"/>. Where the request's path can be read in several ways that meet different
/// policies, all of them must allow it: that is the strictest policy of all readings.
/// </summary>
public sealed class AccessRequirementHandler(AccessPolicies policies, TimeProvider time)
{
    /// <summary>Whether the request may pass; if not, an <see cref="AccessRefusal"/> is noted on it.</summary>
    public bool Allows(AccessRequirement requirement, HttpContext context)
    {
        var now = time.GetUtcNow();
        var subject = context.Features.Get<LiveSession>()?.Subject;
        var refusal = Evaluate(requirement.Policy, subject, context, now);
        if (context.Features.Get<IPathReadingsFeature>() is { } readings)
            refusal = Worse(refusal, EvaluateReadings(readings, subject, context, now));

        if (refusal is not null)
            context.Features.Set(refusal);
        return refusal is null;
    }

    private AccessRefusal? EvaluateReadings(
        IPathReadingsFeature readings, AccessSubject? subject, HttpContext context, DateTimeOffset now)
    {
        AccessRefusal? worst = readings.MeetsNoRoute ? new(AccessDecision.Deny, AccessPolicy.Deny) : null;
        foreach (var name in readings.PolicyNames)
            worst = Worse(worst, Evaluate(policies.GetOrDeny(name), subject, context, now));

        return worst;
    }

    private static AccessRefusal? Evaluate(AccessPolicy policy, AccessSubject? subject, HttpContext context, DateTimeOffset now)
    {
        var decision = AccessEvaluator.Evaluate(policy, subject, context.Connection.RemoteIpAddress, now);
        return decision == AccessDecision.Allow ? null : new AccessRefusal(decision, policy);
    }

    // AccessDecision is in the order of severity: what no challenge can help outranks what one can.
    private static AccessRefusal? Worse(AccessRefusal? one, AccessRefusal? other)
    {
        if (one is null || other is null)
            return one ?? other;

        return other.Decision > one.Decision ? other : one;
    }
}
