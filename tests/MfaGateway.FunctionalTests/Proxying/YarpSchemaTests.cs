using System.Reflection;
using MfaGateway.Configuration;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.SessionAffinity;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary><c>ReverseProxy</c> is YARP's section unchanged: each setting of it works, or stops the start and names its key.</summary>
public sealed class YarpSchemaTests
{
    public static TheoryData<int, string> Works => [.. YarpCases.All.Select((one, index) => (index, one.Key))];

    public static TheoryData<int, string> Stops => [.. YarpCases.Refused.Select((one, index) => (index, one.Key))];

    [Theory]
    [MemberData(nameof(Works))]
    public async Task A_setting_works(int index, string key)
    {
        var one = YarpCases.All[index];
        await using var gateway = await one.StartAsync();

        var (answer, received) = await one.SendAsync(gateway, TestContext.Current.CancellationToken);

        using (answer)
            Assert.True(one.IsSeen(answer, received), $"{key}: {(int)answer.StatusCode} {answer.Headers} {received}");
    }

    [Theory]
    [MemberData(nameof(Stops))]
    public async Task A_setting_that_cannot_work_stops_the_start_with_one_line_that_names_it(int index, string key)
    {
        var (_, route, cluster) = YarpCases.Refused[index];

        var fault = await Assert.ThrowsAsync<ConfigurationFaultsException>(() => new YarpCase(key, route, cluster, (_, _) => false).StartAsync());

        Assert.StartsWith($"ReverseProxy:{key}", Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_setting_of_the_schema_is_among_the_tests()
    {
        var known = Below("Routes:*", typeof(RouteConfig)).Concat(Below("Clusters:*", typeof(ClusterConfig)));
        var covered = YarpCases.All.Select(one => one.Key.Split(' ')[0])
            .Concat(YarpCases.Refused.Select(one => one.Key.Replace(":app", ":*", StringComparison.Ordinal)))
            .Concat(YarpCases.ActiveChecks.Select(key => $"Clusters:*:HealthCheck:Active:{key}"))
            .Append("Routes:*:AuthorizationPolicy").Append("Routes:*:ClusterId").Append("Routes:*:Transforms");
        await using var gateway = await GatewayUnderTest.StartAsync();
        var policies = gateway.Services.GetServices<ILoadBalancingPolicy>().Select(policy => policy.Name)
            .Concat(gateway.Services.GetServices<ISessionAffinityPolicy>().Select(policy => policy.Name))
            .Concat(gateway.Services.GetServices<IAffinityFailurePolicy>().Select(policy => policy.Name))
            .Concat(gateway.Services.GetServices<IAvailableDestinationsPolicy>().Select(policy => policy.Name));
        var tried = string.Concat(YarpCases.All.Select(one => one.Cluster));

        Assert.Empty(known.Except(covered, StringComparer.Ordinal));
        Assert.All(policies, name => Assert.Contains($"\"{name}\"", tried, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_app_is_asked_for_its_health_and_left_out_while_it_fails()
    {
        var isWell = true;
        var checks = new TaskCompletionSource<ReceivedRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.Route("app", "/{**rest}", "Anonymous")
            .With("ReverseProxy:Clusters:app:HealthCheck:AvailableDestinationsPolicy", "HealthyAndUnknown")
            .With("ReverseProxy:Clusters:app:HealthCheck:Active:Enabled", "true")
            .With("ReverseProxy:Clusters:app:HealthCheck:Active:Interval", "00:00:00.100")
            .With("ReverseProxy:Clusters:app:HealthCheck:Active:Timeout", "00:00:05")
            .With("ReverseProxy:Clusters:app:HealthCheck:Active:Policy", "ConsecutiveFailures")
            .With("ReverseProxy:Clusters:app:HealthCheck:Active:Path", "/well")
            .With("ReverseProxy:Clusters:app:HealthCheck:Active:Query", "?deep=1")
            .With("ReverseProxy:Clusters:app:Metadata:ConsecutiveFailuresHealthPolicy.Threshold", "1"));
        gateway.Upstream.Answer = async context =>
        {
            if (context.Request.Path == "/well" && !Volatile.Read(ref isWell))
                context.Response.StatusCode = 500;
            if (context.Request.Path == "/well")
                checks.TrySetResult(gateway.Upstream.Requests.Last(request => request.RawTarget.StartsWith("/well", StringComparison.Ordinal)));
            await context.Response.WriteAsync("hello");
        };

        Assert.Equal("/well?deep=1", (await checks.Task.WaitAsync(TimeSpan.FromSeconds(30), gateway.Time, TestContext.Current.CancellationToken)).RawTarget);
        using var browser = gateway.NewBrowser();
        Assert.Equal(System.Net.HttpStatusCode.OK, (await browser.GetAsync("/x")).Status);
        Volatile.Write(ref isWell, false);
        await Eventually.IsAsync(async () => (await browser.GetAsync("/x")).Status == System.Net.HttpStatusCode.ServiceUnavailable);
        Volatile.Write(ref isWell, true);
        await Eventually.IsAsync(async () => (await browser.GetAsync("/x")).Status == System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_timeout_ends_a_stream_and_leaves_a_WebSocket_alone()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("app", "/{**rest}", "Anonymous").With("ReverseProxy:Routes:app:Timeout", "00:00:00.300"));
        gateway.Upstream.Answer = async context =>
        {
            if (!context.WebSockets.IsWebSocketRequest)
            {
                await context.Response.WriteAsync("first");
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, gateway.Time, context.RequestAborted);
            }
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[8];
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            await socket.SendAsync(buffer.AsMemory(0, received.Count), System.Net.WebSockets.WebSocketMessageType.Text, true, CancellationToken.None);
        };
        using var client = new HttpClient { BaseAddress = gateway.Address };
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(gateway.Address) { Scheme = "ws" }.Uri, TestContext.Current.CancellationToken);

        // The stream takes as long as the timeout: by its end the time of the WebSocket has run out as well.
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetStringAsync(new Uri("/stream", UriKind.Relative), TestContext.Current.CancellationToken));
        await socket.SendAsync("ping"u8.ToArray(), System.Net.WebSockets.WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        var answer = await socket.ReceiveAsync(new byte[8], TestContext.Current.CancellationToken);

        Assert.Equal(4, answer.Count);
    }

    [Fact]
    public async Task A_preflight_is_refused_on_a_protected_route_and_reaches_the_app_by_a_route_of_its_own()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("app", "/{**rest}", null).Route("preflight", "/api/{**rest}", "Anonymous").With("ReverseProxy:Routes:preflight:Match:Methods:0", "OPTIONS"));
        using var client = new HttpClient { BaseAddress = gateway.Address };

        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await client.SendAsync(Preflight("/x"), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await client.SendAsync(Preflight("/api/x"), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri("/api/x", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal("/api/x", Assert.Single(gateway.Upstream.Requests).RawTarget);

        static HttpRequestMessage Preflight(string target) => new(HttpMethod.Options, target)
        {
            Headers = { { "Origin", "https://other.example" }, { "Access-Control-Request-Method", "PUT" } },
        };
    }

    private static IEnumerable<string> Below(string key, Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.Name is not ("RouteId" or "ClusterId" or "EqualityContract") || key.StartsWith("Routes", StringComparison.Ordinal) && property.Name == "ClusterId")
        .SelectMany(property => Of($"{key}:{property.Name}", property));

    private static IEnumerable<string> Of(string key, PropertyInfo property)
    {
        var type = property.PropertyType;
        var isOfYarp = (Type entry) => entry.Assembly == typeof(RouteConfig).Assembly && entry.IsClass;
        if (isOfYarp(type))
            return Below(key, type);
        if (property.Name == "Transforms" || type == typeof(string) || !type.IsGenericType || Nullable.GetUnderlyingType(type) is not null)
            return [property.Name == "SslProtocols" ? key + ":*" : key];
        var entry = type.GetGenericArguments()[^1];
        return isOfYarp(entry) ? Below(key + ":*", entry) : [property.Name is "Methods" or "Hosts" ? key : key + ":*"];
    }
}
