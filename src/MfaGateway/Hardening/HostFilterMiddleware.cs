namespace MfaGateway.Hardening;

/// <summary>
/// Answers 421 for a host that is not the gateway's (RFC 9110 15.5.20), before any page: a name an attacker points at
/// this address must not show a sign-in form.
/// </summary>
internal sealed class HostFilterMiddleware(RequestDelegate next, KnownHosts hosts, HardeningOptions options, IConfiguration configuration)
{
    private static readonly Problem Malformed = new(
        StatusCodes.Status400BadRequest, "malformed-host", "The host of the request can't be understood.", "Send a host name, and a port up to 65535.");

    // Clients ask again over another connection.
    private static readonly Problem Misdirected = new(
        StatusCodes.Status421MisdirectedRequest, "other-connection", "This host has connections of its own.", "Ask for it over a connection that names it in its TLS handshake.");

    // The server reads its endpoints once as well, when it starts.
    private readonly TlsNames names = new(configuration.GetSection("Kestrel"));
    private readonly PathString live = options.PathPrefix + "/health/live";
    private readonly PathString assets = options.PathPrefix + "/assets";
    private readonly Problem unknown = UnknownHost(options.PublicOrigin?.GetLeftPart(UriPartial.Authority));
    private readonly PathString ready = options.PathPrefix + "/health/ready";

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var written = request.Headers.Host.ToString();
        if (!HostName.TryRead(written, request.IsHttps, out var host))
        {
            return Problems.WriteAsync(context, Malformed);
        }
        if (!ReferenceEquals(host.Authority, written))
        {
            // Routing, the app and all else that compares hosts find one spelling.
            if (context.Features.Get<HostOnTheWire>() is null)
                context.Features.Set(new HostOnTheWire(written));
            request.Headers.Host = host.Authority;
        }
        if (IsForEveryHost(request.Path))
            return next(context);
        if (!hosts.Contains(host.Name, host.Port ?? (request.IsHttps ? 443 : 80)))
            return Problems.WriteAsync(context, unknown);
        // Where every host is served: the app would be asked under its own internal address.
        if (host.Name.IsEmpty)
            return Problems.WriteAsync(context, Malformed);
        return names.Differ(context, OnThisConnection(context, host.Name)) ? Problems.WriteAsync(context, Misdirected) : next(context);
    }

    // A trusted proxy has connections of its own, whichever host the client has asked it for.
    private static ReadOnlySpan<char> OnThisConnection(HttpContext context, ReadOnlySpan<char> host) =>
        context.Features.Get<HostOnTheWire>() is { Value: { } wire } && HostName.TryRead(wire, context.Request.IsHttps, out var named) ? named.Name : host;

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
}
