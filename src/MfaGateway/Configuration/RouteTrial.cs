using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway.Configuration;

/// <summary>The table of routes as the start would make it, to be asked about requests. Nothing is sent and nothing listens.</summary>
internal sealed class RouteTrial : IAsyncDisposable
{
    private readonly WebApplication _app;
    private RequestDelegate? _routing;

    /// <param name="clusters">Without health checks, which would begin to ask the apps.</param>
    public RouteTrial(IReadOnlyList<RouteConfig> routes, IReadOnlyList<ClusterConfig> clusters, IAuthorizationPolicyProvider policies)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        // Built with the rest, but never started.
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRouting();
        builder.Services.AddAuthorization();
        builder.Services.AddRequestTimeouts();
        builder.Services.AddSingleton(policies);
        builder.Services.AddReverseProxy().LoadFromMemory(routes, clusters);
        builder.Services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        _app = builder.Build();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <returns>Why the table can't be made; null where it can.</returns>
    public async Task<string?> FaultAsync()
    {
        try
        {
            await AskAsync(static request => request.Path = "/");
            return null;
        }
        catch (Exception fault) when (!IsTie(fault))
        {
            // Any fault would be the same at the start or at the first request.
            return (fault is AggregateException several ? several.InnerExceptions[0] : fault.GetBaseException()).Message.ReplaceLineEndings(" ");
        }
        catch (Exception tie) when (IsTie(tie))
        {
            return null; // the table is there
        }
    }

    /// <summary>Whether routes are equal for the request, so that none is chosen.</summary>
    public async Task<bool> IsTieAsync(Action<HttpRequest> describe)
    {
        try
        {
            await AskAsync(describe);
            return false;
        }
        catch (Exception fault) when (IsTie(fault))
        {
            return true;
        }
    }

    // The framework keeps the type to itself.
    private static bool IsTie(Exception fault) => fault.GetType().Name == "AmbiguousMatchException";

    private Task AskAsync(Action<HttpRequest> describe)
    {
        _routing ??= Map();
        var context = new DefaultHttpContext { RequestServices = _app.Services, Request = { Method = HttpMethods.Get } };
        describe(context.Request);
        return _routing(context);
    }

    private RequestDelegate Map()
    {
        _app.MapReverseProxy();
        var branch = ((IApplicationBuilder)_app).New();
        branch.Properties["__GlobalEndpointRouteBuilder"] = _app;
        branch.UseRouting();
        branch.Run(static _ => Task.CompletedTask);
        return branch.Build();
    }
}
