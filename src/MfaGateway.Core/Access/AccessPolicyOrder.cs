using System.Net;

namespace MfaGateway.Core.Access;

/// <summary>Compares what policies demand. Two policies may be incomparable: each then admits someone that the other refuses.</summary>
public static class AccessPolicyOrder
{
    /// <summary>Whether everything that <paramref name="one"/> allows, <paramref name="other"/> allows as well.</summary>
    public static bool AdmitsNoMoreThan(AccessPolicy one, AccessPolicy other)
    {
        if (ReferenceEquals(one, other) || one.DeniesEverybody)
            return true;
        return !other.DeniesEverybody
            && IsWithin(one.Networks, other.Networks)
            && (other.Demand.Strength == Strength.None || (IsDemandWithin(one.Demand, other.Demand) && ArePeopleWithin(one, other)));
    }

    private static bool IsWithin(IReadOnlyList<IPNetwork> one, IReadOnlyList<IPNetwork> other) =>
        other.Count == 0 || (one.Count > 0 && one.All(inner => other.Any(outer => Holds(outer, inner))));

    private static bool Holds(IPNetwork outer, IPNetwork inner) =>
        outer.BaseAddress.AddressFamily == inner.BaseAddress.AddressFamily
        && outer.PrefixLength <= inner.PrefixLength
        && outer.Contains(inner.BaseAddress);

    private static bool IsDemandWithin(AccessDemand one, AccessDemand other) =>
        one.Strength >= other.Strength
        && (other.MaxAge is null || one.MaxAge <= other.MaxAge)
        && Laxity(one.MailedCodes) <= Laxity(other.MailedCodes);

    private static int Laxity(MailedCodes codes) => codes switch
    {
        MailedCodes.Nothing => 0,
        MailedCodes.FirstFactor => 1,
        _ => 2,
    };

    // Who is in a group is not known here, so a user that the other policy allows by a group counts as one it refuses.
    private static bool ArePeopleWithin(AccessPolicy one, AccessPolicy other)
    {
        if (other.Groups.Count == 0 && other.Users.Count == 0)
            return true;
        return one.Groups.Count + one.Users.Count > 0
            && one.Groups.All(group => other.Groups.Contains(group, StringComparer.Ordinal))
            && one.Users.All(user => other.Users.Contains(user, StringComparer.Ordinal));
    }
}
