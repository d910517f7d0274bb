using MfaGateway.Proxying;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Yarp.ReverseProxy.Transforms.Builder;

namespace MfaGateway.Hardening;

/// <summary>Registers and places the checks that stand before routing, and what keeps forwarding true to them.</summary>
public static class HardeningRegistration
{
    /// <summary>To be called before <c>AddIdentityHeaders</c>, which signs the target that is sent.</summary>
    public static IServiceCollection AddPathHardening(this IServiceCollection services, HardeningOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<KnownHosts>();
        services.AddSingleton<RouteProbe>();
        services.AddSingleton<ReachableRoutes>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, PublicRouteCasePolicy>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITransformProvider, RawTargetTransforms>());
        return services;
    }

    /// <summary>First of all: a request whose end is in doubt is not looked at any further.</summary>
    public static IApplicationBuilder UseStrictFraming(this IApplicationBuilder app) => app.UseMiddleware<StrictFramingMiddleware>();

    /// <summary>Before anything that reads the client's address, scheme or host.</summary>
    public static IApplicationBuilder UseForwardedClient(this IApplicationBuilder app) => app.UseMiddleware<ForwardedClientMiddleware>();

    /// <summary>Behind <see cref="UseForwardedClient"/>, before every page.</summary>
    public static IApplicationBuilder UseHostFilter(this IApplicationBuilder app) => app.UseMiddleware<HostFilterMiddleware>();

    /// <summary>Behind <see cref="UseHostFilter"/>, before <c>UseRouting</c>, which has to be called explicitly.</summary>
    public static IApplicationBuilder UseRequestTargets(this WebApplication app)
    {
        // A branch gets routes of its own unless it is told whose to take. Were this key ever renamed, every ambiguous
        // path would meet no route, and be denied.
        var branch = ((IApplicationBuilder)app).New();
        branch.Properties["__GlobalEndpointRouteBuilder"] = app;
        branch.UseRouting();
        branch.Run(static _ => Task.CompletedTask);

        var options = app.Services.GetRequiredService<HardeningOptions>();
        var probe = app.Services.GetRequiredService<RouteProbe>();
        var reachable = app.Services.GetRequiredService<ReachableRoutes>();
        return app.Use(next =>
        {
            // Built when the whole pipeline is, because routing takes the routes that are mapped by then.
            probe.Route = branch.Build();
            return new RequestTargetMiddleware(next, new PathReadingMatcher(probe, reachable), options).InvokeAsync;
        });
    }
}
