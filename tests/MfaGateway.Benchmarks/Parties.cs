using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Storage;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MfaGateway.Benchmarks;

/// <summary>The three processes of the comparison. Each prints one line, <c>address cookie</c>, when it is ready.</summary>
internal static class Parties
{
    private static readonly byte[] Kibibyte = new byte[1024];

    /// <summary>The same fast app behind both proxies: 1 KiB, at once; after a body that is sent, or 304 where the client asks for that.</summary>
    public static async Task<int> RunUpstreamAsync()
    {
        await using var app = NewBuilder().Build();
        app.Run(context =>
        {
            if (context.Request.ContentLength > 0)
                return ReadAndAnswerAsync(context);
            if (context.Request.Headers.IfNoneMatch.Count == 0)
                return AnswerAsync(context);
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        });
        return await ServeAsync(app, cookie: "-");
    }

    /// <summary>YARP as it comes.</summary>
    public static async Task<int> RunBareAsync(string upstream)
    {
        var builder = NewBuilder();
        builder.Configuration.AddInMemoryCollection(ProxyTo(upstream));
        builder.Services.AddRoutingCore();
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
        await using var app = builder.Build();
        app.UseRouting();
        app.MapReverseProxy();
        return await ServeAsync(app, cookie: "-");
    }

    /// <summary>The gateway, as an operator gets it: a signed-in person with two factors, the assertion on.</summary>
    public static async Task<int> RunGatewayAsync(string upstream, bool readsEveryBody)
    {
        var directory = Directory.CreateTempSubdirectory("mfagateway-bench-");
        try
        {
            var builder = NewBuilder();
            builder.Configuration.AddInMemoryCollection(ProxyTo(upstream));
            builder.Configuration.AddInMemoryCollection([new("MfaGateway:DataDirectory", directory.FullName)]);
            if (readsEveryBody)
                builder.Configuration.AddInMemoryCollection([new("MfaGateway:Clusters:app:ReadsEveryBody", "true")]);
            await using var app = await GatewayHost.BuildAsync(builder, CancellationToken.None);
            var token = await SignInAsync(app.Services);
            return await ServeAsync(app, $"mfa_session={token.Reveal()}");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task ReadAndAnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        await AnswerAsync(context);
    }

    private static Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentLength = Kibibyte.Length;
        return context.Response.Body.WriteAsync(Kibibyte, context.RequestAborted).AsTask();
    }

    private static async Task<SecretToken> SignInAsync(IServiceProvider services)
    {
        var added = await services.GetRequiredService<AccountService>().AddAsync(
            new NewAccount("ada", "ada@example.org", "Ada Example", ["staff", "finance"], "nineteen-Copper-kettles-42"),
            Actor.Command, CancellationToken.None);
        var account = ((AccountAddition.Added)added).Account;
        var now = TimeProvider.System.GetUtcNow();
        var token = SecretToken.New();
        Proof[] proofs = [new(FactorKind.Password, now), new(FactorKind.Totp, now)];
        var started = await services.GetRequiredService<SessionStore>().TryStartAsync(
            new GatewaySession(Identifiers.New(), token.Hash, account.Id, proofs, now, now, now.AddHours(12), "127.0.0.1", "benchmark"),
            SessionOrigin.FirstAnswer(account.SignInEpoch), replaces: null, mostPerAccount: 10, CancellationToken.None);
        return started ? token : throw new InvalidOperationException("The session was not started.");
    }

    private static WebApplicationBuilder NewBuilder()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        return builder;
    }

    private static Dictionary<string, string?> ProxyTo(string upstream) => new(StringComparer.Ordinal)
    {
        ["ReverseProxy:Routes:app:ClusterId"] = "app",
        ["ReverseProxy:Routes:app:Match:Path"] = "/{**path}",
        ["ReverseProxy:Clusters:app:Destinations:one:Address"] = upstream,
    };

    private static async Task<int> ServeAsync(WebApplication app, string cookie)
    {
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Console.WriteLine($"{addresses.Addresses.First()} {cookie}");

        // The comparison closes our input when it is done, or when it dies.
        await Console.In.ReadLineAsync();
        await app.StopAsync();
        return 0;
    }
}
