using System.Net;
using MfaGateway.Core.Access;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Hardening;
using MfaGateway.Proxying;
using MfaGateway.Sessions;
using Yarp.ReverseProxy.Model;

namespace MfaGateway.Access;

/// <summary>
/// Asks <see cref="AccessEvaluator"/>. Where the request's path can be read in several ways that meet different
/// policies, all of them must allow it: that is the strictest policy of all readings. Likewise a mailed code must do for
/// the applications of all readings.
/// </summary>
public sealed class AccessRequirementHandler(
    AccessPolicies policies, ApplicationCodes codes, ApplicationNames applications, TimeProvider time)
{
    /// <summary>Whether the request may pass; if not, an <see cref="AccessRefusal"/> is noted on it.</summary>
    public bool Allows(AccessRequirement requirement, HttpContext context)
    {
        var now = time.GetUtcNow();
        var readings = context.Features.Get<IPathReadingsFeature>();
        var subject = For(context, readings, context.Features.Get<LiveSession>()?.Subject);
        var clientAddress = context.Connection.RemoteIpAddress;
        var refusal = Evaluate(requirement.Policy, subject, clientAddress, now);
        if (readings is not null)
            refusal = Worse(refusal, EvaluateReadings(readings, subject, clientAddress, now));

        if (refusal is not null)
            context.Features.Set(refusal);
        return refusal is null;
    }

    /// <summary>
    /// Whether a request that was let through may go on. It may when another proof would be asked for now: what was
    /// proved was enough when it began.
    /// </summary>
    public bool StillAllows(AccessPolicy policy, IPathReadingsFeature? readings, AccessSubject subject, IPAddress? clientAddress)
    {
        var now = time.GetUtcNow();
        var refusal = Evaluate(policy, subject, clientAddress, now);
        if (readings is not null)
            refusal = Worse(refusal, EvaluateReadings(readings, subject, clientAddress, now));
        return refusal is not { Decision: AccessDecision.Deny };
    }

    /// <summary>The person as they count for the application that is opened: a mailed code of a laxer one does not open a stricter one.</summary>
    private AccessSubject? For(HttpContext context, IPathReadingsFeature? readings, AccessSubject? subject)
    {
        // Few sign in by mail: nothing is looked up for the others.
        if (subject is not { CameByMail: true })
            return subject;

        var proofs = ProofsFor(context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.ClusterId, subject.Proofs);
        foreach (var cluster in readings?.ClusterIds ?? [])
            proofs = ProofsFor(cluster, proofs);
        return ReferenceEquals(proofs, subject.Proofs) ? subject : subject with { Proofs = proofs };
    }

    private IReadOnlyList<Proof> ProofsFor(string? cluster, IReadOnlyList<Proof> proofs) =>
        codes.ProofsFor(cluster is null ? ApplicationNames.Gateway : applications.Of(cluster), proofs);

    private AccessRefusal? EvaluateReadings(
        IPathReadingsFeature readings, AccessSubject? subject, IPAddress? clientAddress, DateTimeOffset now)
    {
        AccessRefusal? worst = readings.MeetsNoRoute ? new(AccessDecision.Deny, AccessPolicy.Deny) : null;
        foreach (var name in readings.PolicyNames)
            worst = Worse(worst, Evaluate(policies.GetOrDeny(name), subject, clientAddress, now));

        return worst;
    }

    private static AccessRefusal? Evaluate(AccessPolicy policy, AccessSubject? subject, IPAddress? clientAddress, DateTimeOffset now)
    {
        var decision = AccessEvaluator.Evaluate(policy, subject, clientAddress, now);
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
