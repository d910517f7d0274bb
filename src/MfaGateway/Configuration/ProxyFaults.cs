using MfaGateway.Access;
using MfaGateway.Proxying;
using Microsoft.AspNetCore.Authorization;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms.Builder;

namespace MfaGateway.Configuration;

/// <summary>What YARP itself finds wrong with its section, asked before anything is started or opened.</summary>
internal static class ProxyFaults
{
    private const string Section = "ReverseProxy";

    public static async Task<IReadOnlyList<string>> FindAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        await using var services = Services(configuration);
        try
        {
            return await FindAsync(services, cancellationToken);
        }
        catch (Exception unreadable) when (unreadable is not OperationCanceledException)
        {
            // YARP's reader throws at the first value that it can't read, whatever the kind.
            return [$"{Section}: {unreadable.Message}"];
        }
    }

    private static async Task<IReadOnlyList<string>> FindAsync(ServiceProvider services, CancellationToken cancellationToken)
    {
        var proxy = services.GetRequiredService<IProxyConfigProvider>().GetConfig();
        var validator = services.GetRequiredService<IConfigValidator>();
        var filter = new RouteDefaults();
        var faults = new List<Exception>();
        foreach (var route in proxy.Routes)
            faults.AddRange(await validator.ValidateRouteAsync(await filter.ConfigureRouteAsync(route, cluster: null, cancellationToken)));
        foreach (var cluster in proxy.Clusters)
            faults.AddRange(await validator.ValidateClusterAsync(cluster));
        return [.. faults.Select(fault => $"{Section}: {fault.Message}")];
    }

    private static ServiceProvider Services(IConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddRouting();
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
