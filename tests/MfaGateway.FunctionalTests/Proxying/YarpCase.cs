using System.Text;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>A setting of YARP's section, a request, and what must be seen of it.</summary>
/// <param name="Key">What it covers, as the schema names it.</param>
/// <param name="Route">JSON members of the route.</param>
/// <param name="Cluster">JSON members of the cluster.</param>
/// <param name="IsSeen">Judges what came back and what the app got.</param>
internal sealed record YarpCase(string Key, string Route, string Cluster, Func<HttpResponseMessage, ReceivedRequest?, bool> IsSeen)
{
    public string Target { get; init; } = "/a/b?x=1";

    public string Method { get; init; } = "GET";

    public string? Body { get; init; }

    /// <summary>Name and value, divided by a colon.</summary>
    public string? Header { get; init; }

    public RequestDelegate? Answer { get; init; }

    public override string ToString() => Key;

    /// <summary>A gateway with this setting on a route that is open to all.</summary>
    public Task<GatewayUnderTest> StartAsync() => GatewayUnderTest.StartAsync(setup =>
    {
        var match = Route.Contains("\"Match\"", StringComparison.Ordinal) ? "" : """ "Match": { "Path": "/{first}/{**rest}" }, """;
        var json = $$"""
            { "ReverseProxy": {
              "Routes": { "app": { {{match}} "ClusterId": "app", "AuthorizationPolicy": "Anonymous" {{Comma(Route)}} } },
              "Clusters": { "app": { "Metadata": { "Owner": "tests" } {{Comma(Cluster)}} } } } }
            """;
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        setup.Route("app", "/{first}/{**rest}", "Anonymous");
        foreach (var (key, value) in new ConfigurationBuilder().AddJsonStream(stream).Build().AsEnumerable().Where(pair => pair.Value is not null))
            setup.With(key, value);
        if (Route.Contains("\"Hosts\"", StringComparison.Ordinal))
            setup.With("ReverseProxy:Routes:app:Match:Path", null);
    });

    public async Task<(HttpResponseMessage Answer, ReceivedRequest? Received)> SendAsync(GatewayUnderTest gateway, CancellationToken cancellationToken)
    {
        gateway.Upstream.Answer = Answer;
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });
        using var request = new HttpRequestMessage(new HttpMethod(Method), new Uri(gateway.Address, Target));
        if (Body is not null)
            request.Content = new StringContent(Body);
        if (Header?.Split(':', 2) is [var name, var value])
            request.Headers.TryAddWithoutValidation(name, value);
        var answer = await client.SendAsync(request, cancellationToken);
        await answer.Content.LoadIntoBufferAsync(cancellationToken);
        return (answer, gateway.Upstream.Requests.LastOrDefault());
    }

    private static string Comma(string members) => members.Length == 0 ? "" : "," + members;
}
