using System.Text;
using MfaGateway.Configuration;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace MfaGateway.FunctionalTests.Configuration;

/// <summary>Settings as an operator writes them, judged as at the start.</summary>
internal static class RouteTable
{
    public const string Cluster = """ "Destinations": { "one": { "Address": "http://127.0.0.1:8080/" } } """;

    /// <summary>One route, <c>r</c>, to one cluster, <c>c</c>; a part that begins with <c>"Match"</c> replaces the route's own.</summary>
    public static Task<IReadOnlyList<string>> FaultsOfRouteAsync(string route, string cluster = Cluster, string more = "") =>
        FaultsAsync($$"""
            { "ReverseProxy": {
                "Routes": { "r": { "ClusterId": "c" {{(route.Contains("\"Match\"", StringComparison.Ordinal) ? "" : ", \"Match\": { \"Path\": \"/{**rest}\" }")}} {{(route.Length > 0 ? "," : "")}} {{route}} } },
                "Clusters": { "c": { {{cluster}} } } } {{more}} }
            """);

    /// <summary>The routes as they are, all to one cluster, <c>c</c>.</summary>
    public static Task<IReadOnlyList<string>> FaultsOfRoutesAsync(string routes) =>
        FaultsAsync($$"""{ "ReverseProxy": { "Routes": { {{routes}} }, "Clusters": { "c": { {{Cluster}} } } } }""");

    public static async Task<IReadOnlyList<string>> FaultsAsync(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        var configuration = new ConfigurationBuilder().AddJsonStream(stream).Build();
        return (await GatewayConfigurationReader.ReadWithProxyAsync(configuration, TestContext.Current.CancellationToken)).Faults;
    }
}
