using MfaGateway.Core.Access;
using MfaGateway.Core.IdentityHeaders;

namespace MfaGateway.Hardening;

/// <summary>
/// The other resource that <c>COPY</c> and <c>MOVE</c> act on: <c>Destination</c> (RFC 4918 10.3). Who may do so must be allowed to go
/// there as well.
/// </summary>
internal static class NamedDestination
{
    private const string Header = "Destination";

    private static readonly Problem Malformed = new(
        StatusCodes.Status400BadRequest, "malformed-destination", "The Destination header cannot be understood.", "Send one path, or one URL of this host, without dot segments.");

    // RFC 4918 9.8.5: the destination is on another server, which is not asked.
    private static readonly Problem Elsewhere = new(
        StatusCodes.Status502BadGateway, "destination-elsewhere", "The Destination is on another server.", "Only what is on this host can be copied and moved to.");

    /// <summary>What the paths are that the request names; null where it names none. A problem where it is to be refused.</summary>
    public static (IReadOnlyList<string>? Paths, Problem? Refusal) Read(HttpContext context)
    {
        var request = context.Request;
        if (!request.Headers.TryGetValue(Header, out var values) || !IsMeant(request))
            return default;
        if (values is not [{ } url])
            return (null, Malformed);

        string?[] hosts = [request.Host.Value, context.Features.Get<HostOnTheWire>()?.Value];
        return RequestTargetReader.ReadNamed(url.Trim(), hosts) switch
        {
            null => (null, Elsewhere),
            RequestTargetReading.Refused or RequestTargetReading.Ambiguous { Climbs: true } or RequestTargetReading.Ambiguous { LeadsAnywhere: true } => (null, Malformed),
            RequestTargetReading.Ambiguous readings => (readings.Paths, null),
            _ => ([PathOf(url.Trim())], null),
        };
    }

    // The methods of HTTP itself know no destination, unless they stand for another one.
    private static bool IsMeant(HttpRequest request) =>
        request.Method is not ("GET" or "HEAD" or "OPTIONS" or "POST" or "PUT" or "PATCH" or "DELETE")
        || request.Headers.Any(static header => InboundHeaderRules.IsMethodOverride(header.Key));

    private static string PathOf(string url)
    {
        var target = RequestTargetReader.ToOriginForm(url);
        var query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }
}
