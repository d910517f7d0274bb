using System.Net;
using System.Security.Claims;
using MfaGateway.Core.Access;
using MfaGateway.Core.IdentityHeaders;
using MfaGateway.Core.Storage;
using MfaGateway.Hardening;
using MfaGateway.Proxying;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>The gateway's last hop alone, on real sockets at both ends: who is signed in is for the test to say.</summary>
internal sealed class StatementGateway : IAsyncDisposable
{
    public const string CookieName = "__Host-mfa";
    public const string PathPrefix = "/_mfa";

    private readonly WebApplication app;
    private volatile PreparedIdentity? identity;

    private StatementGateway(WebApplication app, RawUpstream upstream, ManualTimeProvider clock, KeptKeys keys)
    {
        this.app = app;
        Upstream = upstream;
        Clock = clock;
        Keys = keys;
    }

    public static IdentityStatement Anna { get; } = new()
    {
        Subject = "acc-7Qy",
        UserName = "anna",
        Email = "anna@example.test",
        Name = "Anna Ødegård",
        Groups = ["finance", "staff"],
        Amr = ["pwd", "otp", "mfa"],
        Acr = StrengthNames.TwoFactor,
        AuthTime = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000),
        SessionId = "ses-1",
        Proofs = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal) { ["otp"] = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000) },
    };

    public RawUpstream Upstream { get; }

    public ManualTimeProvider Clock { get; }

    public KeptKeys Keys { get; }

    private bool OwnsKeys { get; init; }

    public SigningKeyRing Ring => app.Services.GetRequiredService<SigningKeyRing>();

    /// <summary>The principal is authenticated although nothing can be said of it, as a fault in the session code would have it.</summary>
    public bool SessionWithoutStatement { get; set; }

    public IPEndPoint EndPoint => IPEndPoint.Parse(new Uri(Address).Authority);

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<StatementGateway> StartAsync(
        ClusterIdentityOptions? cluster = null,
        RouteConfig? route = null,
        KeptKeys? keys = null,
        IDataProtectionProvider? protection = null,
        string? destinationHost = null)
    {
        var upstream = new RawUpstream();
        // Some verifiers look at their own clock.
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var ownsKeys = keys is null;
        keys ??= await KeptKeys.AddAsync(TestContext.Current.CancellationToken);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton(keys.Store);
        builder.Services.AddSingleton<ISecretProtector>(new Protector(protection ?? new EphemeralDataProtectionProvider()));
        builder.Services.AddPathHardening(new HardeningOptions { PathPrefix = PathPrefix });
        builder.Services.AddReverseProxy()
            .LoadFromMemory(
                [(route ?? new RouteConfig()) with { RouteId = "all", ClusterId = "app", Match = new RouteMatch { Path = "/{**any}" } }],
                [new ClusterConfig
                {
                    ClusterId = "app",
                    Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal)
                    {
                        ["one"] = new() { Address = upstream.Address.ToString(), Host = destinationHost },
                    },
                }])
            .AddIdentityHeaders(_ => new IdentityHeaderSettings
            {
                Issuer = "https://gate.example.test",
                Clusters = new Dictionary<string, ClusterIdentityOptions>(StringComparer.Ordinal) { ["app"] = cluster ?? new() },
                CookieNames = [CookieName, "mfa-flow"],
                ContentRoot = AppContext.BaseDirectory,
            });

        var host = builder.Build();
        var gateway = new StatementGateway(host, upstream, clock, keys) { OwnsKeys = ownsKeys };
        host.Use(gateway.SignInAsync);
        host.MapJwks(PathPrefix);
        host.MapReverseProxy();
        try
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }

        return gateway;
    }

    /// <summary>From now on every request comes from this person; null: from nobody.</summary>
    public void SignIn(IdentityStatement? statement) => identity = statement is null ? null : new PreparedIdentity(statement);

    /// <summary>Sends a GET with these header lines (each with its line end), and gives what the upstream received.</summary>
    public async Task<string> ForwardAsync(string headerLines = "", string target = "/page?a=1") =>
        await ForwardRawAsync($"GET {target} HTTP/1.1\r\nHost: app.test\r\n{headerLines}\r\n");

    /// <summary>Sends these bytes, and gives what the upstream received.</summary>
    public async Task<string> ForwardRawAsync(string request)
    {
        var answer = await SendAsync(request);
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.True(Upstream.Requests.TryDequeue(out var received));
        return received;
    }

    /// <summary>Sends these bytes, and gives the answer.</summary>
    public Task<string> SendAsync(string request) => RawHttp.SendAsync(EndPoint, request, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await Upstream.DisposeAsync();
        if (OwnsKeys)
            await Keys.DisposeAsync();
    }

    private Task SignInAsync(HttpContext context, RequestDelegate next)
    {
        if (identity is { } known)
        {
            context.Features.Set(known);
            context.User = new ClaimsPrincipal(new ClaimsIdentity("session"));
        }
        else if (SessionWithoutStatement)
        {
            context.User = new ClaimsPrincipal(new ClaimsIdentity("session"));
        }

        return next(context);
    }

    private sealed class Protector(IDataProtectionProvider provider) : ISecretProtector
    {
        public byte[] Protect(string purpose, ReadOnlySpan<byte> plaintext) =>
            provider.CreateProtector(purpose).Protect(plaintext.ToArray());

        public byte[] Unprotect(string purpose, ReadOnlySpan<byte> ciphertext) =>
            provider.CreateProtector(purpose).Unprotect(ciphertext.ToArray());
    }
}
