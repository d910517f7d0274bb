using System.Collections.Frozen;
using MfaGateway.Core.IdentityHeaders;
using Microsoft.Extensions.Primitives;

namespace MfaGateway.Proxying;

/// <summary>The header names a client's <c>Connection</c> header declares to be for the next hop alone (RFC 9110 7.6.1).</summary>
/// <remarks>
/// Kestrel keeps of a value with <c>close</c>, <c>keep-alive</c> or <c>upgrade</c> in it that option alone, so what else
/// it nominates goes on to the upstream. What is sure either way: no nomination takes away what the gateway states.
/// </remarks>
internal static class ConnectionNominations
{
    // Not names of headers, or headers that the proxy itself frames, routes and upgrades with.
    private static readonly FrozenSet<string> NotTaken = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "close", "keep-alive", "upgrade", "te", "connection", "host", "content-length", "transfer-encoding");

    /// <summary>The names to remove; null in the usual case that there is none.</summary>
    public static List<string>? Read(StringValues connection)
    {
        List<string>? names = null;
        foreach (var value in connection)
        {
            if (string.IsNullOrEmpty(value) || NotTaken.Contains(value))
                continue;
            foreach (var option in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                // A nomination can be any text; one that is no header name names no header.
                if (!NotTaken.Contains(option) && HeaderName.IsToken(option))
                    (names ??= []).Add(option);
            }
        }

        return names;
    }
}
