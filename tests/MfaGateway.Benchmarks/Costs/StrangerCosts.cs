using System.Diagnostics;
using System.Globalization;
using System.Net;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Routing;
using Yarp.ReverseProxy.Model;

namespace MfaGateway.Benchmarks.Costs;

/// <summary>
/// What each of the gateway's own endpoints costs when a stranger asks for it. The endpoints come from the gateway itself, so
/// none can be forgotten; the CPU time is this process's, the client's part of it included.
/// </summary>
internal static class StrangerCosts
{
    private const int Warmups = 8;
    private const int Rounds = 40;
    private const string Prefix = "/_mfa";

    /// <returns>0, or 1 where one is above its ceiling.</returns>
    public static async Task<int> RunAsync()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:PublicOrigin", null)
            .With("MfaGateway:MagicCode:Enabled", "true")
            .With("MfaGateway:Attempts:PerAddress:Count", "100000")
            .With("MfaGateway:Attempts:PerAddress:PerHour", "1000000")
            .With("MfaGateway:Attempts:PerAddress:PerDay", "1000000")
            .With("MfaGateway:Attempts:MailSends:RequestsPerHour", "1000000"));
        var above = 0;
        Console.WriteLine("| request of a stranger | answer | CPU | ceiling |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var visit in VisitsOf(gateway))
        {
            var (status, cost) = await MeasureAsync(gateway, visit);
            var isAbove = cost > visit.Ceiling;
            above += isAbove ? 1 : 0;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {visit.Name} | {(int)status} | {cost.TotalMilliseconds:F2} ms{(isAbove ? " **above**" : string.Empty)} | {visit.Ceiling.TotalMilliseconds:F0} ms |"));
        }

        Console.WriteLine(above == 0 ? "\nAll are below their ceilings." : $"\n{above} above the ceiling.");
        return above == 0 ? 0 : 1;
    }

    private static IEnumerable<StrangerVisit> VisitsOf(GatewayUnderTest gateway)
    {
        var own = gateway.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<RouteModel>() is null)
            .SelectMany(endpoint => MethodsOf(endpoint).Select(method => (Method: method, Url: StrangerVisit.UrlOf(endpoint.RoutePattern))))
            .Where(found => found.Url.StartsWith(Prefix, StringComparison.Ordinal))
            .Distinct().OrderBy(found => found.Url, StringComparer.Ordinal).ThenBy(found => found.Method, StringComparer.Ordinal);
        foreach (var (method, url) in own)
            yield return StrangerVisit.Plain(method, url);
        foreach (var visit in StrangerVisit.Special(Prefix))
            yield return visit;
    }

    // A page names no methods: it answers these.
    private static IEnumerable<string> MethodsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET", "POST"];

    private static async Task<(HttpStatusCode Status, TimeSpan Cost)> MeasureAsync(GatewayUnderTest gateway, StrangerVisit visit)
    {
        using var browser = gateway.NewBrowser();
        var send = await visit.PrepareAsync(browser);
        for (var warmup = 0; warmup < Warmups; warmup++)
            await send();

        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var status = default(HttpStatusCode);
        for (var round = 0; round < Rounds; round++)
            status = await send();

        process.Refresh();
        return (status, (process.TotalProcessorTime - before) / Rounds);
    }
}
