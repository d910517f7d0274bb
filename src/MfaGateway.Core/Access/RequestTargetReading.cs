namespace MfaGateway.Core.Access;

/// <summary>What the gateway makes of a raw request target: see <see cref="RequestTargetReader"/>.</summary>
public abstract record RequestTargetReading
{
    private RequestTargetReading()
    {
    }

    /// <summary>The request is answered with <paramref name="Status"/> (400 or 405) and never forwarded.</summary>
    /// <param name="Status">400 for a target that no honest client sends, 405 for a method that is not proxied.</param>
    /// <param name="Reason">One sentence for the client; it repeats nothing of the request.</param>
    public sealed record Refused(int Status, string Reason) : RequestTargetReading;

    /// <summary>Every upstream reads the path alike, so the route that is matched decides alone.</summary>
    public sealed record Plain : RequestTargetReading
    {
        internal static readonly Plain Instance = new();

        private Plain()
        {
        }
    }

    /// <summary>Upstreams may read the path differently; the strictest policy among <paramref name="Paths"/> decides.</summary>
    /// <param name="Paths">
    /// Two to <see cref="RequestTargetReader.MaximumReadings"/> distinct decoded paths, each beginning with <c>/</c>, and as many of the whole target
    /// again where the query holds dot segments.
    /// Letter case is left to whoever matches them.
    /// </param>
    /// <param name="Climbs">
    /// Some reading holds a <c>..</c> segment. Where a route rewrites paths, such a path could leave what the
    /// rewrite confines it to, and must not be forwarded.
    /// </param>
    public sealed record Ambiguous(IReadOnlyList<string> Paths, bool Climbs) : RequestTargetReading
    {
        /// <summary>
        /// To an app that resolves the whole target, the query leads out of the segment before it, and at least so many of the path's first segments are
        /// left. Where a route puts others in their place, it could leave those. Null where it leads nowhere.
        /// </summary>
        public int? QueryFloor { get; init; }

        /// <summary>Below those segments it may lead to any path, not only to <see cref="Paths"/>.</summary>
        public bool LeadsAnywhere { get; init; }
    }
}
