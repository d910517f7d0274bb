using MfaGateway.Access;
using MfaGateway.Core.Access;
using MfaGateway.Proxying;
using Microsoft.AspNetCore.Authorization;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms.Builder;

namespace MfaGateway.Configuration;

/// <summary>What YARP itself finds wrong with its section, asked before anything is started or opened.</summary>
internal static class ProxyFaults
{
    private const string Section = "ReverseProxy";

    /// <param name="policies">Null where they have faults of their own: what routes do to each other can't be said then.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(
        IConfiguration configuration, AccessPolicies? policies, CancellationToken cancellationToken)
    {
        string[] unreadable = [.. ProxyShapeReview.Find(configuration), .. ProxySchemaReview.Find(configuration), .. TransformReview.Find(configuration)];
        if (unreadable.Length > 0)
            return unreadable;

        await using var services = Services(configuration);
        try
        {
            return await FindAsync(services, policies, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // YARP's reader throws at the first value that it can't read, whatever the kind.
            return [$"{Section}: {fault.Message}"];
        }
    }

    private static async Task<IReadOnlyList<string>> FindAsync(
        ServiceProvider services, AccessPolicies? policies, CancellationToken cancellationToken)
    {
        var proxy = services.GetRequiredService<IProxyConfigProvider>().GetConfig();
        var validator = services.GetRequiredService<IConfigValidator>();
        var filter = new RouteDefaults();
        var faults = new List<string>();
        var routes = new List<RouteConfig>();
        foreach (var route in proxy.Routes)
        {
            var filtered = await filter.ConfigureRouteAsync(route, cluster: null, cancellationToken);
            routes.Add(filtered);
            faults.AddRange((await validator.ValidateRouteAsync(filtered)).Select(fault => WithKey($"{Section}:Routes:{route.RouteId}", fault)));
        }
        foreach (var cluster in proxy.Clusters)
            faults.AddRange((await validator.ValidateClusterAsync(cluster)).Select(fault => WithKey($"{Section}:Clusters:{cluster.ClusterId}", fault)));
        if (faults.Count == 0)
            faults.AddRange(await ProxyTrial.FindAsync(routes, proxy.Clusters, new AnyPolicy()));
        if (faults.Count > 0 || policies is null)
            return faults;
        return [.. RouteChoiceReview.Find(proxy.Routes, policies), .. await RouteTieReview.FindAsync(routes, proxy.Clusters, new AnyPolicy(), policies)];
    }

    // The gateway's own parts name the whole key themselves.
    private static string WithKey(string key, Exception fault) =>
        fault.Message.StartsWith(key, StringComparison.Ordinal) ? fault.Message : $"{key}: {fault.Message}";

    private static ServiceProvider Services(IConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddRouting();
        services.AddRequestTimeouts();
        services.AddAuthorization();
        services.AddSingleton<IAuthorizationPolicyProvider, AnyPolicy>();
        services.AddSingleton<ITransformProvider, OriginGuardTransforms>();
        services.AddReverseProxy().LoadFromConfig(configuration.GetSection(Section));
        return services.BuildServiceProvider();
    }

    // Which policies a route may name, RouteReview says, with the names there are.
    private sealed class AnyPolicy : IAuthorizationPolicyProvider
    {
        private static readonly AuthorizationPolicy Policy = new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build();

        public Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) => Task.FromResult<AuthorizationPolicy?>(Policy);

        public Task<AuthorizationPolicy> GetDefaultPolicyAsync() => Task.FromResult(Policy);

        public Task<AuthorizationPolicy?> GetFallbackPolicyAsync() => Task.FromResult<AuthorizationPolicy?>(Policy);
    }
}
