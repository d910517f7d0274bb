using MfaGateway.Mail.Templates;
using MfaGateway.Proxying;
using Npgsql;

namespace MfaGateway.Configuration;

/// <summary>
/// Reads everything under <c>MfaGateway</c>, and what routes say of it. Pure but for looking whether named directories
/// and key files are there. Whatever is wrong is listed at once; nothing is thrown for it.
/// </summary>
public static class GatewayConfigurationReader
{
    private const string Section = GatewayOptions.SectionName;

    /// <param name="configuration">All of it. Key files of clusters are relative to its <c>contentRoot</c>.</param>
    public static ConfigurationReading Read(IConfiguration configuration)
    {
        var options = new GatewayOptions();
        var reader = new SettingsReader(GatewaySettings.All);
        reader.Fill(options, configuration.GetSection(Section));

        string[] faults =
        [
            .. reader.Faults,
            .. StoreFaults(options.Store, reader),
            .. AttemptFaults(options, reader),
            .. TrustFaults(options, reader),
            .. SessionFaults(options, reader),
            .. MailReview.Find(options, reader.IsFaulty),
            .. MailTextsReader.Read(options.Mail).Faults,
            .. AccessPolicyReader.Faults(options.Policies, options.MagicCode.Enabled),
            .. ClusterFaults(configuration, options.Clusters),
            .. ListenerReview.Find(configuration),
            .. KestrelReview.Find(configuration),
            .. DestinationReview.Find(configuration),
            .. AccessPolicyReader.Empty(configuration),
            .. RouteReview.Find(configuration, options.Policies.Keys, reader.IsFaulty($"{Section}:PathPrefix") ? null : options.PathPrefix),
        ];
        return faults.Length == 0
            ? new ConfigurationReading(options, AccessPolicyReader.Read(options.Policies, options.Admin.Group), faults)
            : new ConfigurationReading(Options: null, Policies: null, faults);
    }

    /// <summary>The same, and what YARP itself finds wrong with its section.</summary>
    public static async Task<ConfigurationReading> ReadWithProxyAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var reading = Read(configuration);
        var proxyFaults = await ProxyFaults.FindAsync(configuration, reading.Policies, cancellationToken);
        return proxyFaults.Count == 0 ? reading : new ConfigurationReading(Options: null, Policies: null, [.. reading.Faults, .. proxyFaults.Except(reading.Faults, StringComparer.Ordinal)]);
    }

    private static IEnumerable<string> ClusterFaults(IConfiguration configuration, Dictionary<string, ClusterIdentityOptions> clusters)
    {
        var known = configuration.GetSection("ReverseProxy:Clusters").GetChildren().Select(cluster => cluster.Key).ToList();
        var unknown = clusters.Keys
            .Where(id => !known.Contains(id, StringComparer.OrdinalIgnoreCase))
            .Select(id => $"{ClusterIdentityValidator.Key}:{id} must have the name of a cluster in ReverseProxy:Clusters ({string.Join(", ", known)}), but {id} is none.");
        var apart = clusters.Where(pair => pair.Value.ConnectionAuthentication)
            .SelectMany(pair => ConnectionAuthenticationReview.Find(configuration.GetSection($"ReverseProxy:Clusters:{pair.Key}"), pair.Key));
        // Without a list a cluster is told every group, with an empty one none: null could mean either.
        var nulls = from cluster in configuration.GetSection(ClusterIdentityValidator.Key).GetChildren()
                    from child in cluster.GetChildren()
                    where child.Key.Equals(nameof(ClusterIdentityOptions.Groups), StringComparison.OrdinalIgnoreCase) && child.Value is null && !child.GetChildren().Any()
                    select $"{child.Path} must be a list, or be left out, but was null. An empty list tells this cluster no group.";
        var contentRoot = configuration[HostDefaults.ContentRootKey] ?? Directory.GetCurrentDirectory();
        return unknown.Concat(nulls).Concat(apart).Concat(ClusterIdentityValidator.Faults(clusters, contentRoot)).Concat(ClusterTwinReview.Find(known, clusters, contentRoot));
    }

    private static IEnumerable<string> StoreFaults(StoreOptions store, SettingsReader reader)
    {
        if (reader.IsFaulty($"{Section}:Store:Provider") || reader.IsFaulty($"{Section}:Store:ConnectionString"))
            yield break;
        var needsConnection = store.Provider == StoreProvider.Postgres;
        if (needsConnection && string.IsNullOrWhiteSpace(store.ConnectionString))
            yield return $"{Section}:Store:ConnectionString must be an Npgsql connection string with Provider Postgres, but was not set.";
        // What is wrong with it is not repeated: a misplaced semicolon makes a keyword of the password's rest.
        else if (needsConnection && !IsConnectionString(store.ConnectionString!))
            yield return $"{Section}:Store:ConnectionString must be an Npgsql connection string with Provider Postgres, but could not be read as one.";
        // Whoever set it believes that the data is in PostgreSQL.
        if (!needsConnection && store.ConnectionString is not null)
            yield return $"{Section}:Store:ConnectionString must be left out with Provider {store.Provider}, but was set.";
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            return !string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(text).Host);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException)
        {
            return false;
        }
    }

    private static IEnumerable<string> TrustFaults(GatewayOptions options, SettingsReader reader)
    {
        const string Key = $"{Section}:TrustedProxies";
        if (!reader.IsFaulty(Key) && Networks.CoverEverything(options.TrustedProxies))
            yield return $"{Key} must not hold all addresses, but does with {string.Join(" and ", options.TrustedProxies)}: every client could say who it is.";
    }

    // The longest would be shorter than the first, and a guesser never be stopped for longer.
    private static IEnumerable<string> AttemptFaults(GatewayOptions options, SettingsReader reader)
    {
        const string PerAccount = $"{Section}:Attempts:PerAccount";
        var (longest, window) = (options.Attempts.PerAccount.LongestCoolDown, options.Attempts.PerAccount.Window);
        if (longest < window && !reader.IsFaulty($"{PerAccount}:LongestCoolDown") && !reader.IsFaulty($"{PerAccount}:Window"))
            yield return $"{PerAccount}:LongestCoolDown must be at least Attempts:PerAccount:Window ({window:c}), but was {longest:c}.";
    }

    private static IEnumerable<string> SessionFaults(GatewayOptions options, SettingsReader reader)
    {
        var session = options.Session;
        if (session.AbsoluteTimeout < session.IdleTimeout
            && !reader.IsFaulty($"{Section}:Session:AbsoluteTimeout") && !reader.IsFaulty($"{Section}:Session:IdleTimeout"))
        {
            yield return $"{Section}:Session:AbsoluteTimeout must be at least Session:IdleTimeout ({session.IdleTimeout:c}), but was {session.AbsoluteTimeout:c}.";
        }

        if (session.CookieDomain is { } domain && options.PublicOrigin is { } origin && !Origins.IsWithin(origin, domain))
            yield return $"{Section}:Session:CookieDomain must be the domain of PublicOrigin ({origin}) or one above it, but was {ShownValue.Of(domain)}.";
    }
}
