using Microsoft.AspNetCore.Routing.Patterns;

namespace MfaGateway.Configuration;

/// <summary>The paths a route pattern matches, as far as two of them have to be compared.</summary>
internal sealed class PathSpace
{
    private readonly RoutePattern _pattern;
    private readonly IReadOnlyList<RoutePatternPathSegment> _segments;

    /// <param name="path">The route's <c>Match:Path</c>; null matches every path.</param>
    public PathSpace(string? path)
    {
        _pattern = RoutePatternFactory.Parse(string.IsNullOrEmpty(path) ? "/{**rest}" : path);
        _segments = _pattern.PathSegments;
    }

    /// <summary>Routing tries the lower one first, where <c>Order</c> does not decide.</summary>
    public decimal Precedence => _pattern.InboundPrecedence;

    /// <summary>Whether some path may match both. What cannot be compared counts as one that may.</summary>
    public bool Overlaps(PathSpace other)
    {
        for (var i = 0; ; i++)
        {
            if (IsCatchAll(i) || other.IsCatchAll(i))
                return true;
            if (i >= _segments.Count || i >= other._segments.Count)
                return MayEndAt(i) && other.MayEndAt(i);
            if (Literal(_segments[i]) is { } one && Literal(other._segments[i]) is { } two && !one.Equals(two, StringComparison.OrdinalIgnoreCase))
                return false;
        }
    }

    /// <summary>Whether every path that matches the other one surely matches this one, letter by letter.</summary>
    public bool Covers(PathSpace other)
    {
        for (var i = 0; ; i++)
        {
            if (IsCatchAll(i))
                return IsUnlimited(_segments[i]);
            if (i >= _segments.Count || i >= other._segments.Count)
                return i >= other._segments.Count && MayEndAt(i);
            if (other.IsCatchAll(i) || !Covers(_segments[i], other._segments[i]))
                return false;
        }
    }

    /// <summary>A path that both match, if the text satisfies what they demand of a segment.</summary>
    public string SampleWith(PathSpace other, string segment)
    {
        var count = Math.Max(_segments.Count, other._segments.Count);
        var path = string.Concat(Enumerable.Range(0, count).Select(i => "/" + (Text(i, segment) ?? other.Text(i, segment) ?? segment)));
        return path.Length == 0 ? "/" : path;
    }

    // Null where any text will do.
    private string? Text(int index, string parameter) => index >= _segments.Count || _segments[index].Parts is [RoutePatternParameterPart]
        ? null
        : string.Concat(_segments[index].Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            _ => parameter,
        }));

    private static bool Covers(RoutePatternPathSegment one, RoutePatternPathSegment other) => Literal(one) is { } literal
        ? Literal(other) is { } same && literal.Equals(same, StringComparison.Ordinal)
        : one.IsSimple && IsUnlimited(one) && !IsOptional(other);

    private bool IsCatchAll(int index) =>
        index < _segments.Count && _segments[index].Parts is [RoutePatternParameterPart { IsCatchAll: true }];

    private bool MayEndAt(int index) => _segments.Skip(index).All(IsOptional);

    private static bool IsOptional(RoutePatternPathSegment segment) =>
        segment.Parts is [RoutePatternParameterPart part] && (part.IsOptional || part.IsCatchAll || part.Default is not null);

    private static bool IsUnlimited(RoutePatternPathSegment segment) =>
        segment.Parts is [RoutePatternParameterPart { ParameterPolicies.Count: 0 }];

    private static string? Literal(RoutePatternPathSegment segment) =>
        segment.Parts is [RoutePatternLiteralPart literal] ? literal.Content : null;
}
