using MfaGateway.Api;
using MfaGateway.Configuration;
using MfaGateway.Hardening;
using MfaGateway.Health;
using MfaGateway.OpenRequests;
using MfaGateway.Pages;
using MfaGateway.Proxying;

namespace MfaGateway;

/// <summary>The walk of a request, in order. Each line says why it stands where it does.</summary>
public static class GatewayPipeline
{
    public static void UseGateway(this WebApplication app, GatewayOptions options)
    {
        // The framework would put authentication first of all; here a policy asks for it where it is demanded.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;

        // Around everything the gateway answers itself; what an upstream answered goes through untouched.
        app.UseGatewayResponses();

        // Whatever fails further in, nothing is let in and the answer tells nothing.
        app.UseMiddleware<FaultResponses>();

        // A request whose end is in doubt is not looked at any further.
        app.UseStrictFraming();

        // Before anything reads the client's address, scheme or host.
        app.UseForwardedClient();

        // Before every page: a name that somebody points at this address shows no sign-in form.
        app.UseHostFilter();

        // Before routing, on the raw request target: refuse, or note every other way that an upstream may read it.
        app.UseRequestTargets();

        // The framework's own rails from here: route, access policy, session, decision.
        app.UseRouting();
        app.UseAuthorization();

        // A route's Timeout: it counts the app's time, and ends where a WebSocket begins.
        app.UseRouteTimeouts();

        // The gateway's pages before the apps: its prefix is never proxied.
        app.MapGatewayPages(options);
        app.MapJsonApi(options);
        app.MapJwks(options.PathPrefix).WithOrder(GatewayPages.EndpointOrder);
        app.MapHealth(options.PathPrefix).WithOrder(GatewayPages.EndpointOrder);

        // The apps: strip, state who it is, forward, and cut what is still open when its session is over.
        app.MapReverseProxy(proxy =>
        {
            proxy.UseMiddleware<ReportFailures>();
            proxy.UseMiddleware<ServiceWorkerScopes>();
            proxy.UseMiddleware<ProxiedBodies>();
            proxy.UseOpenRequests();
            proxy.UseSessionAffinity();
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        });
    }
}
