using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MfaGateway.FunctionalTests.Verifiers;
using MfaGateway.Proxying;
using Xunit;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>What the app receives, checked with a verifier that nobody here wrote (npm http-message-signatures).</summary>
public sealed class MessageSignatureTests : IDisposable
{
    private readonly byte[] secret = RandomNumberGenerator.GetBytes(32);
    private readonly string keyFile = Path.Combine(Directory.CreateTempSubdirectory("mfagateway-key-").FullName, "wiki.key");

    public MessageSignatureTests() => File.WriteAllText(keyFile, Convert.ToBase64String(secret) + "\n");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(keyFile)!, recursive: true);

    [Theory]
    [InlineData("hmac-sha256", "/")]
    [InlineData("hmac-sha256", "/a/b%20c?x=1&y=%C3%A9")]
    [InlineData("hmac-sha256", "/a?")]
    [InlineData("ecdsa-p256-sha256", "/")]
    [InlineData("ecdsa-p256-sha256", "/a/b;v=1?x=a+b&x")]
    [InlineData("ecdsa-p256-sha256", "/a//b%2Fc%252e;x=1/?r=/%2f")]
    public async Task A_signed_request_is_accepted_by_an_independent_verifier(string algorithm, string target)
    {
        await using var gateway = await StatementGateway.StartAsync(Cluster(algorithm));
        gateway.SignIn(StatementGateway.Anna);

        var received = await gateway.ForwardAsync("Signature: x=:AA==:\r\nSignature-Input: x=()\r\n", target);

        Assert.StartsWith($"GET {target} HTTP/1.1\r\n", received, StringComparison.Ordinal);
        Assert.Equal("verified", await VerifyAsync(gateway, received));
        Assert.StartsWith(
            "mfa=(\"@method\" \"@authority\" \"@path\" \"@query\" \"x-mfa-assertion\" \"remote-user\" \"remote-name\" \"remote-email\" \"remote-groups\");created=",
            RawHttp.Values(received, "Signature-Input").Single(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hmac-sha256")]
    [InlineData("ecdsa-p256-sha256")]
    public async Task A_request_of_nobody_is_signed_as_well(string algorithm)
    {
        await using var gateway = await StatementGateway.StartAsync(Cluster(algorithm));

        var received = await gateway.ForwardAsync();

        Assert.Equal("verified", await VerifyAsync(gateway, received));
        Assert.DoesNotContain("remote-user", received, StringComparison.OrdinalIgnoreCase);
    }

    // Each is what somebody could do who got hold of one request: to use it for another.
    [Theory]
    [InlineData("GET /page", "POST /page")]
    [InlineData("GET /page", "GET /admin")]
    [InlineData("?a=1", "?a=2")]
    [InlineData("Host: app.test", "Host: bpp.test")]
    [InlineData("Remote-User: anna", "Remote-User: root")]
    [InlineData("Remote-Groups: finance", "Remote-Groups: admins")]
    [InlineData("nonce=\"", "nonce=\"x")]
    [InlineData("tag=\"mfa-gateway\"", "tag=\"mfa-gateway2\"")]
    public async Task A_request_changed_on_its_way_is_not_accepted(string before, string after)
    {
        await using var gateway = await StatementGateway.StartAsync(Cluster("hmac-sha256"));
        gateway.SignIn(StatementGateway.Anna);
        var received = await gateway.ForwardAsync();
        Assert.Contains(before, received, StringComparison.Ordinal);

        var changed = received.Replace(before, after, StringComparison.Ordinal);

        Assert.StartsWith("not verified", await VerifyAsync(gateway, changed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_is_not_accepted_after_its_minute()
    {
        await using var gateway = await StatementGateway.StartAsync(Cluster("hmac-sha256"));
        gateway.SignIn(StatementGateway.Anna);
        gateway.Clock.SetBack(TimeSpan.FromSeconds(70));

        Assert.StartsWith("not verified", await VerifyAsync(gateway, await gateway.ForwardAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_host_that_is_signed_is_the_host_that_is_sent()
    {
        await using var gateway = await StatementGateway.StartAsync(Cluster("hmac-sha256"), destinationHost: "Wiki.Internal.Test:8080");
        await using var original = await StatementGateway.StartAsync(Cluster("hmac-sha256"), Route("RequestHeaderOriginalHost", "true"));

        var fixedHost = await gateway.ForwardAsync();
        var originalHost = await original.ForwardAsync();

        Assert.Equal(["Wiki.Internal.Test:8080"], RawHttp.Values(fixedHost, "Host"));
        Assert.Equal(["app.test"], RawHttp.Values(originalHost, "Host"));
        Assert.Equal("verified", await VerifyAsync(gateway, fixedHost));
        Assert.Equal("verified", await VerifyAsync(original, originalHost));
    }

    [Theory]
    [InlineData("PathPrefix", "/wiki")]
    [InlineData("PathRemovePrefix", "/page")]
    [InlineData("PathSet", "/else")]
    public async Task The_path_that_is_signed_is_the_path_that_is_sent(string transform, string value)
    {
        await using var gateway = await StatementGateway.StartAsync(Cluster("ecdsa-p256-sha256"), Route(transform, value));

        var received = await gateway.ForwardAsync(target: "/page/two?q=%20");

        Assert.DoesNotContain("GET /page/two?", received, StringComparison.Ordinal);
        Assert.Equal("verified", await VerifyAsync(gateway, received));
    }

    [Theory]
    [InlineData("Remote-User")]
    [InlineData("Remote-Groups")]
    [InlineData("X-Mfa-Assertion")]
    [InlineData("Signature")]
    [InlineData("Signature-Input")]
    public async Task A_transform_of_the_route_states_nothing_in_the_gateways_place(string name)
    {
        var route = new RouteConfig { Transforms = [new Dictionary<string, string>(StringComparer.Ordinal) { ["RequestHeader"] = name, ["Set"] = "intruder-0451" }] };
        await using var signed = await StatementGateway.StartAsync(Cluster("hmac-sha256"), route);
        await using var unsigned = await StatementGateway.StartAsync(route: route);

        foreach (var gateway in new[] { signed, unsigned })
        {
            Assert.DoesNotContain("intruder-0451", await gateway.ForwardAsync(), StringComparison.Ordinal);
            gateway.SignIn(StatementGateway.Anna);
            var received = await gateway.ForwardAsync();
            Assert.DoesNotContain("intruder-0451", received, StringComparison.Ordinal);
            Assert.Equal(["anna"], RawHttp.Values(received, "Remote-User"));
        }
    }

    [Fact]
    public async Task What_a_transform_of_the_route_says_under_a_name_that_clients_may_not_send_is_sent()
    {
        var route = new RouteConfig { Transforms = [new Dictionary<string, string>(StringComparer.Ordinal) { ["RequestHeader"] = "X-Real-IP", ["Set"] = "192.0.2.7" }] };
        await using var gateway = await StatementGateway.StartAsync(route: route);

        Assert.Equal(["192.0.2.7"], RawHttp.Values(await gateway.ForwardAsync("X-Real-IP: 198.51.100.1\r\n"), "X-Real-IP"));
    }

    [Fact]
    public async Task No_two_requests_have_the_same_signature()
    {
        await using var gateway = await StatementGateway.StartAsync(Cluster("hmac-sha256"));
        gateway.SignIn(StatementGateway.Anna);

        var first = await gateway.ForwardAsync();
        var second = await gateway.ForwardAsync();

        Assert.Equal(RawHttp.Values(first, "X-Mfa-Assertion"), RawHttp.Values(second, "X-Mfa-Assertion"));
        Assert.NotEqual(RawHttp.Values(first, "Signature"), RawHttp.Values(second, "Signature"));
    }

    private static RouteConfig Route(string transform, string value) => new()
    {
        Transforms = [new Dictionary<string, string>(StringComparer.Ordinal) { [transform] = value }],
    };

    private ClusterIdentityOptions Cluster(string algorithm) => new()
    {
        Signature = algorithm == "hmac-sha256"
            ? new() { Algorithm = algorithm, KeyId = "wiki-1", KeyFile = keyFile }
            : new() { Algorithm = algorithm },
    };

    private async Task<string> VerifyAsync(StatementGateway gateway, string request)
    {
        var folder = await NodeProgram.PrepareAsync(Repository.Verifiers);
        var requestLine = request.Split(' ', 3);
        var headers = new JsonObject();
        foreach (var line in RawHttp.Head(request).Split("\r\n").Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(line[..colon], line[(colon + 1)..].Trim(' '));
        }

        var isHmac = RawHttp.Values(request, "Signature-Input").Single().Contains("hmac-sha256", StringComparison.Ordinal);
        var input = new JsonObject
        {
            ["method"] = requestLine[0],
            ["url"] = $"http://{RawHttp.Values(request, "Host").Single()}{requestLine[1]}",
            ["headers"] = headers,
            ["keyId"] = isHmac ? "wiki-1" : gateway.Ring.Signer.Kid,
            ["secret"] = isHmac ? Convert.ToBase64String(secret) : null,
            ["keySet"] = JsonNode.Parse(Encoding.UTF8.GetString(gateway.Ring.PublicKeySet.Span)),
            ["requiredFields"] = new JsonArray("@method", "@authority", "@path", "@query", "x-mfa-assertion"),
        };
        var outcome = await ExternalProgram.RunAsync(NodeProgram.Node, ["verify-message.mjs"], input.ToJsonString(), folder);
        Assert.Equal("", outcome.Error);
        return outcome.Output.Trim();
    }
}
