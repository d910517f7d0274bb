using System.Net;
using MfaGateway.Core.Challenges;

namespace MfaGateway.Core.Access;

/// <summary>Decides. Pure: no store, no clock, no HTTP.</summary>
public static class AccessEvaluator
{
    /// <param name="subject">Who is signed in, or null.</param>
    /// <param name="clientAddress">Where the request comes from; null (unknown) is in no network.</param>
    public static AccessDecision Evaluate(AccessPolicy policy, AccessSubject? subject, IPAddress? clientAddress, DateTimeOffset now)
    {
        if (policy.DeniesEverybody || !IsFromAllowedNetwork(policy, clientAddress))
            return AccessDecision.Deny;

        if (policy.Demand.Strength == Strength.None)
            return AccessDecision.Allow;

        if (subject is null)
            return AccessDecision.SignIn;

        if (!IsAllowedPerson(policy, subject))
            return AccessDecision.Deny;

        return ChallengeRules.NextStep(subject.Proofs, policy.Demand, subject.Enrolled, now) == ChallengeStep.Done
            ? AccessDecision.Allow
            : AccessDecision.StepUp;
    }

    private static bool IsFromAllowedNetwork(AccessPolicy policy, IPAddress? address)
    {
        if (policy.Networks.Count == 0)
            return true;

        if (address is null)
            return false;

        // A dual-stack socket shows an IPv4 client as ::ffff:a.b.c.d; networks are written the plain way.
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return policy.Networks.Any(network => network.Contains(plain));
    }

    private static bool IsAllowedPerson(AccessPolicy policy, AccessSubject subject)
    {
        if (policy.Groups.Count == 0 && policy.Users.Count == 0)
            return true;

        return policy.Users.Contains(subject.FoldedUserName, StringComparer.Ordinal)
            || policy.Groups.Any(group => subject.FoldedGroups.Contains(group, StringComparer.Ordinal));
    }
}
