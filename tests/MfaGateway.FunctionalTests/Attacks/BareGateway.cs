using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using MfaGateway.Core.Access;
using MfaGateway.Hardening;
using MfaGateway.Proxying;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>
/// Kestrel, YARP and the hardening in front of it, with sign-in replaced by one header: what is tested here is what
/// reaches an upstream, not how a person proves who they are. Without the hardening it is stock YARP.
/// </summary>
internal sealed class BareGateway : IAsyncDisposable
{
    public const string SignedIn = "X-Signed-In: 1\r\n";
    private readonly WebApplication app;

    private BareGateway(WebApplication app) => this.app = app;

    public int Port { get; private init; }

    /// <summary>Where HTTP/2 is spoken, without TLS.</summary>
    public required Uri Http2 { get; init; }

    public InMemoryConfigProvider Routes => app.Services.GetRequiredService<InMemoryConfigProvider>();

    public static async Task<BareGateway> StartAsync(RouteConfig[] routes, string upstream, HardeningOptions? options = null, bool isHardened = true, IPAddress? address = null)
    {
        options ??= new HardeningOptions { PathPrefix = "/_mfa" };
        // Nothing of the settings around: they would have it listen elsewhere.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(address ?? IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            if (!isHardened)
                return;
            KestrelHardening.Apply(kestrel);
            HeaderOctets.ConfigureServer(kestrel);
        });
        builder.Services.AddRouting();
        builder.Services.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("header", null);
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(AccessPolicy.AnonymousName, policy => policy.RequireAssertion(_ => true))
            .AddPolicy(AccessPolicy.DefaultName, policy => policy.RequireAuthenticatedUser());
        var proxy = builder.Services.AddReverseProxy().LoadFromMemory(routes, Clusters(upstream)).AddConfigFilter<PolicyNames>();
        if (isHardened)
        {
            proxy.ConfigureHttpClient(static (_, handler) => HeaderOctets.ConfigureHandler(handler));
            builder.Services.AddPathHardening(options);
        }

        var built = builder.Build();
        if (isHardened)
        {
            built.UseStrictFraming();
            built.UseForwardedClient();
            built.UseHostFilter();
            built.UseRequestTargets();
        }
        built.UseRouting();
        built.UseAuthentication();
        built.Use(DemandEveryReadingAsync);
        built.UseAuthorization();
        built.MapGet("/_mfa/health/live", () => "live").RequireAuthorization(AccessPolicy.AnonymousName);
        built.MapGet("/_mfa/whoami", (HttpContext context) => $"{context.Connection.RemoteIpAddress} {context.Request.Scheme} {context.Request.Host}")
            .RequireAuthorization(AccessPolicy.AnonymousName);
        built.MapReverseProxy();
        await built.StartAsync(Xunit.TestContext.Current.CancellationToken);
        var addresses = built.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(url => new Uri(url)).ToArray();
        return new BareGateway(built) { Port = addresses[0].Port, Http2 = addresses[1] };
    }

    public static ClusterConfig[] Clusters(string upstream) =>
    [
        new() { ClusterId = "app", Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal) { ["one"] = new() { Address = upstream } } },
    ];

    /// <summary>A route of the one cluster. Policy <c>Anonymous</c> is open to everybody, none asks for a sign-in.</summary>
    public static RouteConfig Route(string path, string? policy = null, string[]? hosts = null, params (string Name, string Value)[] transforms) => new()
    {
        RouteId = $"{path} {policy} {string.Join(' ', hosts ?? [])}",
        ClusterId = "app",
        AuthorizationPolicy = policy,
        Match = new RouteMatch { Path = path, Hosts = hosts },
        Transforms = [.. transforms.Select(t => new Dictionary<string, string>(StringComparer.Ordinal) { [t.Name] = t.Value })],
    };

    public Task<RawResponse> GetAsync(string target, string headers = "", string host = "gateway.example") =>
        Wire.GetAsync(Port, target, $"Host: {host}\r\n{headers}", Xunit.TestContext.Current.CancellationToken);

    public Task<RawResponse> SendAsync(string request) => Wire.SendAsync(Port, request, Xunit.TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private static Task DemandEveryReadingAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IPathReadingsFeature>() is not { } readings)
            return next(context);
        var isMet = readings.PolicyNames.All(name => name == AccessPolicy.AnonymousName || context.User.Identity is { IsAuthenticated: true });
        if (isMet && !readings.MeetsNoRoute)
            return next(context);
        context.Response.StatusCode = isMet ? 403 : 401;
        return Task.CompletedTask;
    }

    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Headers.ContainsKey("X-Signed-In")
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity("header")), "header"))
            : AuthenticateResult.NoResult());
    }

    private sealed class PolicyNames : IProxyConfigFilter
    {
        public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel) => new(cluster);

        public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) =>
            new(route with { AuthorizationPolicy = route.AuthorizationPolicy == "Anonymous" ? AccessPolicy.AnonymousName : route.AuthorizationPolicy ?? AccessPolicy.DefaultName });
    }
}
