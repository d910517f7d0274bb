using Microsoft.Extensions.Logging;

namespace MfaGateway.TestKit;

/// <summary>How a gateway under test is configured: as an operator would, by keys and values.</summary>
public sealed class GatewaySetup
{
    /// <summary>Configuration keys, e.g. <c>MfaGateway:Attempts:PerChallenge</c>; they override what is there by default.</summary>
    public Dictionary<string, string?> Settings { get; } = new(StringComparer.OrdinalIgnoreCase);

    public ManualTimeProvider Time { get; set; } = new();

    /// <summary>Serves over HTTPS with a certificate made for the test, instead of plain HTTP on loopback.</summary>
    public bool Https { get; set; }

    /// <summary>Gets everything that is logged, at every level.</summary>
    public ILoggerProvider? Logs { get; set; }

    /// <summary>Told of every secret that browsers send and get.</summary>
    public SecretWatch? Watch { get; set; }

    /// <summary>Routes beside the default one; naming any removes the default one.</summary>
    internal List<(string Id, string Path, string? Policy)> Routes { get; } = [];

    /// <summary>Adds a route to the app behind the gateway.</summary>
    /// <param name="policy">The route's <c>AuthorizationPolicy</c>; null names none.</param>
    public GatewaySetup Route(string id, string path, string? policy)
    {
        Routes.Add((id, path, policy));
        return this;
    }

    public GatewaySetup With(string key, string? value)
    {
        Settings[key] = value;
        return this;
    }
}
