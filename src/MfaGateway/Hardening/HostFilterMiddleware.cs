using System.Globalization;

namespace MfaGateway.Hardening;

/// <summary>
/// Answers 421 for a host that is not the gateway's (RFC 9110 15.5.20), before any page: a name an attacker points at
/// this address must not show a sign-in form.
/// </summary>
internal sealed class HostFilterMiddleware(RequestDelegate next, KnownHosts hosts, HardeningOptions options)
{
    private readonly PathString live = options.PathPrefix + "/health/live";
    private readonly PathString ready = options.PathPrefix + "/health/ready";

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var value = request.Host.Value ?? "";
        var host = WithoutPort(value, out var port);
        if (host.Length > 1 && host[^1] == '.')
        {
            // The dot of the DNS root names the same host; routing would take it for another.
            host = host[..^1];
            request.Host = new HostString(string.Concat(host, value.AsSpan(host.Length + 1)));
        }
        if (hosts.Contains(host, port ?? (request.IsHttps ? 443 : 80)) || IsHealthProbe(request.Path))
            return next(context);
        return Problems.WriteAsync(context, new Problem(
            StatusCodes.Status421MisdirectedRequest, "unknown-host", "This host is not served here.", "Check the address, or name the host in a route."));
    }

    /// <summary>Probes of an orchestrator come by address, and what they are told holds for every host.</summary>
    private bool IsHealthProbe(PathString path) => path == live || path == ready;

    private static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> host, out int? port)
    {
        port = null;
        var colon = host.LastIndexOf(':');
        if (colon <= host.LastIndexOf(']'))
            return host;
        port = int.TryParse(host[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return host[..colon];
    }
}
