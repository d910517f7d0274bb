using System.Globalization;

namespace MfaGateway.Hardening;

/// <summary>
/// Answers 421 for a host that is not the gateway's (RFC 9110 15.5.20), before any page: a name an attacker points at
/// this address must not show a sign-in form.
/// </summary>
internal sealed class HostFilterMiddleware(RequestDelegate next, KnownHosts hosts, HardeningOptions options, IConfiguration configuration)
{
    // Clients ask again over another connection.
    private static readonly Problem Misdirected = new(
        StatusCodes.Status421MisdirectedRequest, "other-connection", "This host has connections of its own.", "Ask for it over a connection that names it in its TLS handshake.");

    // The server reads its endpoints once as well, when it starts.
    private readonly TlsNames names = new(configuration.GetSection("Kestrel:Endpoints"));
    private readonly PathString live = options.PathPrefix + "/health/live";
    private readonly PathString assets = options.PathPrefix + "/assets";
    private readonly Problem unknown = UnknownHost(options.PublicOrigin?.GetLeftPart(UriPartial.Authority));
    private readonly PathString ready = options.PathPrefix + "/health/ready";

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (HostOf(request) is not { } value || !TrySplit(value, out var host, out var port))
        {
            return Problems.WriteAsync(context, new Problem(
                StatusCodes.Status400BadRequest, "malformed-host", "The Host header can't be understood.", "Send a host name, and a port up to 65535."));
        }
        if (host.Length > 1 && host[^1] == '.')
        {
            // The dot of the DNS root names the same host; routing would take it for another.
            host = host[..^1];
            request.Host = new HostString(string.Concat(host, value.AsSpan(host.Length + 1)));
        }
        if (IsForEveryHost(request.Path))
            return next(context);
        if (!hosts.Contains(host, port ?? (request.IsHttps ? 443 : 80)))
            return Problems.WriteAsync(context, unknown);
        return names.Differ(context, OnThisConnection(context, host)) ? Problems.WriteAsync(context, Misdirected) : next(context);
    }

    // A trusted proxy has connections of its own, whichever host the client has asked it for.
    private static string OnThisConnection(HttpContext context, ReadOnlySpan<char> host) =>
        (context.Features.Get<HostOnTheWire>() is { } wire && TrySplit(wire.Value, out var named, out _) ? named.TrimEnd('.') : host).ToString();

    /// <summary>
    /// Probes of an orchestrator come by address, and what they are told holds for every host. The refusal's own page needs its style
    /// sheet, which is the same for all.
    /// </summary>
    private bool IsForEveryHost(PathString path) =>
        path == live || path == ready || path.StartsWithSegments(assets, StringComparison.Ordinal);

    // RFC 9110 15.5.20. The visitor has mistyped, or followed an old name: the way on is the name that is in use.
    private static Problem UnknownHost(string? origin) => new(
        StatusCodes.Status421MisdirectedRequest, "unknown-host", "This address is not in use.", origin is null ? "Check the address." : $"Go to {origin}.")
    {
        Way = origin is null ? null : new ProblemLink($"Go to {origin}", origin + "/"),
    };

    /// <summary>Null for a name that begins as an internationalized one (RFC 5890) and is none: the framework cannot decode it.</summary>
    private static string? HostOf(HttpRequest request)
    {
        try
        {
            return request.Host.Value ?? "";
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>False where what follows the colon is no port (RFC 9110 7.2): what a server makes of it, no one can say.</summary>
    private static bool TrySplit(ReadOnlySpan<char> value, out ReadOnlySpan<char> host, out int? port)
    {
        port = null;
        host = value;
        var colon = value.LastIndexOf(':');
        if (colon <= value.LastIndexOf(']'))
            return true;
        host = value[..colon];
        if (colon + 1 == value.Length)
            return true;
        if (!ushort.TryParse(value[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        port = number;
        return true;
    }
}
