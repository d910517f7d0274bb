using MfaGateway.Core.IdentityHeaders;

namespace MfaGateway.Proxying;

/// <summary>
/// A statement with what was written of it for each cluster. The session code makes one for each version of a session,
/// keeps it as long as that version, and puts it on <c>HttpContext.Features</c>; so the usual request costs no signature.
/// </summary>
public sealed class PreparedIdentity(IdentityStatement statement)
{
    // As many as there are clusters this person uses: a walk is quicker than a table, and smaller for each session.
    private PreparedHeaders[] prepared = [];

    /// <summary>What is said.</summary>
    public IdentityStatement Statement { get; } = statement;

    internal PreparedHeaders For(ClusterIdentity cluster, AssertionSigner signer)
    {
        var now = signer.Now;
        foreach (var known in Volatile.Read(ref prepared))
        {
            if (ReferenceEquals(known.Cluster, cluster) && known.MayBeReused(now, signer.Key))
                return known;
        }

        // Several requests at once may each write one; all are good, and one of them stays.
        var fresh = signer.Prepare(Statement, cluster, now);
        Keep(fresh);
        return fresh;
    }

    private void Keep(PreparedHeaders fresh)
    {
        PreparedHeaders[] before;
        PreparedHeaders[] after;
        do
        {
            before = Volatile.Read(ref prepared);
            after = [.. before.Where(known => !ReferenceEquals(known.Cluster, fresh.Cluster)), fresh];
        }
        while (Interlocked.CompareExchange(ref prepared, after, before) != before);
    }
}
