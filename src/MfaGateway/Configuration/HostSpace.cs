using MfaGateway.Hardening;

namespace MfaGateway.Configuration;

/// <summary>The hosts a route answers for. A route that names none answers for every host.</summary>
internal sealed class HostSpace(IReadOnlyList<string>? hosts)
{
    private readonly HostPattern[] _patterns = [.. (hosts ?? []).Select(HostPattern.Parse)];

    public bool Overlaps(HostSpace other) => _patterns.Length == 0 || other._patterns.Length == 0
        || _patterns.Any(one => other._patterns.Any(two => one.Covers(two) || two.Covers(one)));

    public bool Covers(HostSpace other) => _patterns.Length == 0
        || (other._patterns.Length > 0 && other._patterns.All(two => _patterns.Any(one => one.Covers(two))));
}
