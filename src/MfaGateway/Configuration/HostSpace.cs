using MfaGateway.Hardening;

namespace MfaGateway.Configuration;

/// <summary>The hosts a route answers for. A route that names none answers for every host.</summary>
internal sealed class HostSpace(IReadOnlyList<string>? hosts)
{
    private static readonly HostPattern Any = new("x.example", IsSuffix: false, Port: null);
    private static readonly HostPattern Every = HostPattern.Parse("*");

    private readonly HostPattern[] _patterns = [.. (hosts ?? []).Select(HostPattern.Parse)];

    public bool Overlaps(HostSpace other) => _patterns.Length == 0 || other._patterns.Length == 0
        || _patterns.Any(one => other._patterns.Any(two => one.Covers(two) || two.Covers(one)));

    /// <summary>Whether one name is of both spaces, and the port decides between them: it is the client's to write.</summary>
    /// <param name="isTaken">Whether a third route keeps the other space's name at every port.</param>
    public bool IsToldByPortFrom(HostSpace other, Func<HostPattern, bool> isTaken) =>
        Named.Any(one => other.Named.Any(two => one.Port != two.Port && SharesNames(one, two) && !(one.Port is null && isTaken(two))));

    /// <summary>Whether this space holds all names of the pattern, whatever the port.</summary>
    public bool CoversEveryPortOf(HostPattern pattern) => Named.Any(one => one.Covers(pattern with { Port = null }));

    private IEnumerable<HostPattern> Named => _patterns.Length == 0 ? [Every] : _patterns;

    private static bool SharesNames(HostPattern one, HostPattern two)
    {
        (one, two) = (one with { Port = null }, two with { Port = null });
        return one.Covers(two) || two.Covers(one);
    }

    public bool Covers(HostSpace other) => _patterns.Length == 0
        || (other._patterns.Length > 0 && other._patterns.All(two => _patterns.Any(one => one.Covers(two))));

    /// <summary>Hosts that both answer for; a fixed one where neither names any.</summary>
    public IEnumerable<HostString> SamplesWith(HostSpace other)
    {
        if (_patterns.Length == 0 || other._patterns.Length == 0)
            return [.. _patterns.Concat(other._patterns).Take(1).DefaultIfEmpty(Any).Select(pattern => Sample(pattern, pattern.Port))];
        return from one in _patterns
               from two in other._patterns
               where one.Covers(two) || two.Covers(one)
               select Sample(one.Covers(two) ? two : one, one.Port ?? two.Port);
    }

    private static HostString Sample(HostPattern pattern, int? port)
    {
        var name = (pattern.IsSuffix ? "x" : "") + pattern.Name;
        return port is { } number ? new HostString(name, number) : new HostString(name);
    }
}
