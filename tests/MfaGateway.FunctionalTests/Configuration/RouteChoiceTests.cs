using MfaGateway.Configuration;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace MfaGateway.FunctionalTests.Configuration;

/// <summary>Route tables in which a client chooses the weaker of two policies by what it sends: none of them starts.</summary>
public sealed class RouteChoiceTests
{
    private const string Admin = """ "admin": { "ClusterId": "app", "Match": { "Path": "/admin/{**rest}" }, "AuthorizationPolicy": "two-factor" } """;
    private const string Everything = """ "app": { "ClusterId": "app", "Match": { "Path": "/{**rest}" } } """;

    private const string AtPort = """ "port": { "ClusterId": "app", "Match": { "Path": "/{**rest}", "Hosts": [ "secret.port:8443" ] }, "AuthorizationPolicy": "two-factor" } """;

    public static TheoryData<string, string, string> Weaker => new()
    {
        { """ "Match": { "Path": "/admin/{**rest}", "QueryParameters": [ { "Name": "public", "Mode": "Exists" } ] } """, Admin, "admin" },
        { """ "Match": { "Path": "/admin/{**rest}", "Headers": [ { "Name": "User-Agent", "Values": [ "probe" ] } ] } """, Admin, "admin" },
        { """ "Match": { "Path": "/admin/{**rest}", "Headers": [ { "Name": "X-Real-IP", "Values": [ "10." ], "Mode": "HeaderPrefix" } ] } """, Admin, "admin" },
        { """ "Match": { "Path": "/admin/{**rest}", "Headers": [ { "Name": "X-Forwarded-For", "Values": [ "10.0.0.1" ] } ] } """, Admin, "admin" },
        { """ "Match": { "Path": "/admin/{**rest}", "Headers": [ { "Name": "Authorization", "Mode": "NotExists" } ] } """, Admin, "admin" },
        { """ "Match": { "Path": "/admin/status", "Headers": [ { "Name": "X-Health", "Mode": "Exists" } ] } """, Admin, "admin" },
        { """ "Match": { "Path": "/ADMIN/{x}/{y?}", "Headers": [ { "Name": "X-Health", "Mode": "Exists" } ] } """, Admin, "admin" },
        { """ "Match": { "Path": "/{**rest}", "QueryParameters": [ { "Name": "open" , "Mode": "Exists" } ] }, "Order": -1 """, Admin, "admin" },
        { """ "Match": { "Hosts": [ "*.example.org" ], "QueryParameters": [ { "Name": "open", "Mode": "Exists" } ] } """,
            """ "app": { "ClusterId": "app", "Match": { "Path": "/{**rest}", "Hosts": [ "app.example.org:443" ] } } """, "app" },
        { """ "Match": { "Path": "/{**rest}", "Methods": [ "GET" ], "QueryParameters": [ { "Name": "open", "Mode": "Exists" } ] } """,
            """ "app": { "ClusterId": "app", "Match": { "Path": "/{**rest}", "Methods": [ "POST", "get" ] } } """, "app" },
        // The other way round: without the header the protected route does not match.
        { """ "Match": { "Path": "/{**rest}" } """,
            """ "admin": { "ClusterId": "app", "Match": { "Path": "/admin/{**rest}", "Headers": [ { "Name": "X-Admin", "Mode": "Exists" } ] } } """, "admin" },
        { """ "Match": { "Path": "/{**rest}" } """,
            """ "admin": { "ClusterId": "app", "Match": { "Path": "/index.php", "QueryParameters": [ { "Name": "action", "Values": [ "delete" ] } ] } } """, "admin" },
        { """ "Match": { "Path": "/api/{**rest}", "Methods": [ "GET" ] }, "Metadata": { "MfaGateway.AllowMethodOverride": "true" } """, Everything, "app" },
        // The port is what the client writes.
        { """ "Match": { "Hosts": [ "*" ] } """, AtPort, "port" },
        { """ "Match": { "Hosts": [ "*.port" ] } """, AtPort, "port" },
        { """ "Match": { "Hosts": [ "secret.port" ] } """, AtPort, "port" },
        { """ "Match": { "Hosts": [ "secret.port:8444" ] } """, AtPort, "port" },
        { """ "Match": { "Path": "/{**rest}" } """, AtPort, "port" },
        { """ "Match": { "Hosts": [ "secret.port:8443" ] } """, """ "app": { "ClusterId": "app", "Match": { "Hosts": [ "secret.port" ] } } """, "app" },
        { """ "Match": { "Hosts": [ "*:8080" ] } """, """ "app": { "ClusterId": "app", "Match": { "Hosts": [ "secret.port" ] } } """, "app" },
        { """ "Match": { "Hosts": [ "*" ] } """,
            AtPort + """, "other": { "ClusterId": "app", "Match": { "Path": "/other/{**rest}", "Hosts": [ "secret.port" ] } } """, "port" },
    };

    public static TheoryData<string, string> Fine => new()
    {
        { """ "Match": { "Hosts": [ "pub.port:8443" ] } """, AtPort },
        { """ "Match": { "Hosts": [ "*" ] } """,
            AtPort + """, "every": { "ClusterId": "app", "Match": { "Path": "/{**rest}", "Hosts": [ "secret.port" ] } } """ },
        { """ "Match": { "Path": "/pub/{**rest}", "Hosts": [ "secret.port:8443" ] } """, AtPort },
        { """ "Match": { "Path": "/pub/{**rest}" } """, AtPort },
        { """ "Match": { "Path": "/pub/{**rest}", "QueryParameters": [ { "Name": "v", "Mode": "Exists" } ] } """, Admin },
        { """ "Match": { "Path": "/{**rest}", "QueryParameters": [ { "Name": "v", "Mode": "Exists" } ] } """, Admin },
        { """ "Match": { "Path": "/pub/{**rest}", "QueryParameters": [ { "Name": "v", "Mode": "Exists" } ] } """,
            Everything + """, "pub": { "ClusterId": "app", "Match": { "Path": "/pub/{**rest}" }, "AuthorizationPolicy": "Anonymous" } """ },
        { """ "Match": { "Path": "/{**rest}" } """,
            Admin + """, "json": { "ClusterId": "app", "Match": { "Path": "/admin/{**rest}", "Headers": [ { "Name": "Accept", "Values": [ "application/json" ] } ] } } """ },
        { """ "Match": { "Path": "/{**rest}", "Methods": [ "GET" ] } """, """ "app": { "ClusterId": "app", "Match": { "Path": "/{**rest}", "Methods": [ "POST" ] } } """ },
        { """ "Match": { "Path": "/{**rest}", "Hosts": [ "pub.example.org" ], "QueryParameters": [ { "Name": "v", "Mode": "Exists" } ] } """,
            """ "app": { "ClusterId": "app", "Match": { "Path": "/{**rest}", "Hosts": [ "app.example.org" ] } } """ },
        { """ "Match": { "Path": "/admin/{**rest}", "QueryParameters": [ { "Name": "v", "Mode": "Exists" } ] }, "Metadata": { "MfaGateway.AllowWeakerChoice": "true" } """, Admin },
        { """ "Match": { "Path": "/{**rest}", "Methods": [ "GET" ] }, "Metadata": { "MfaGateway.AllowMethodOverride": "true" } """,
            """ "app": { "ClusterId": "app", "Match": { "Path": "/app/{**rest}", "Methods": [ "GET" ] } } """ },
    };

    [Theory]
    [MemberData(nameof(Weaker))]
    public async Task A_weaker_route_that_a_client_can_choose_stops_the_start_and_both_are_named(string weak, string others, string strong)
    {
        var fault = Assert.Single(await FaultsAsync(weak, others));

        Assert.StartsWith("ReverseProxy:Routes:weak (Anonymous) must not take requests for paths of ", fault, StringComparison.Ordinal);
        Assert.Contains($"ReverseProxy:Routes:{strong} (two-factor)", fault, StringComparison.Ordinal);
        Assert.Contains("ReverseProxy:Routes:weak:Metadata:MfaGateway.AllowWeakerChoice", fault, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Fine))]
    public async Task Routes_that_a_client_cannot_choose_between_start(string weak, string others) =>
        Assert.Empty(await FaultsAsync(weak, others));

    [Theory]
    [InlineData("""{ "Factors": "two-factor", "Groups": [ "finance" ] }""", """{ "Factors": "two-factor", "Groups": [ "sales" ] }""", true)]
    [InlineData("""{ "Factors": "two-factor", "Groups": [ "Finance" ] }""", """{ "Factors": "two-factor", "Groups": [ "finance", "sales" ] }""", false)]
    [InlineData("""{ "Factors": "two-factor" }""", """{ "Factors": "two-factor", "MaxAge": "00:10:00" }""", true)]
    [InlineData("""{ "Factors": "two-factor", "MaxAge": "00:05:00" }""", """{ "Factors": "two-factor", "MaxAge": "00:10:00" }""", false)]
    [InlineData("""{ "Factors": "two-factor", "Networks": [ "10.0.0.0/8" ] }""", """{ "Factors": "two-factor", "Networks": [ "10.1.0.0/16" ] }""", true)]
    [InlineData("""{ "Factors": "two-factor", "Networks": [ "10.1.0.0/16" ] }""", """{ "Factors": "two-factor", "Networks": [ "10.0.0.0/8" ] }""", false)]
    [InlineData("""{ "Factors": "one-factor" }""", """{ "Factors": "one-factor -magic-code" }""", true)]
    public async Task A_policy_is_weaker_where_it_allows_one_request_more(string chosen, string other, bool isFault)
    {
        var faults = await FaultsAsync(
            """ "Match": { "Path": "/admin/{**rest}", "Headers": [ { "Name": "X-A", "Mode": "Exists" } ] }, "AuthorizationPolicy": "chosen" """,
            Admin.Replace("two-factor", "other", StringComparison.Ordinal),
            $$""" , "MfaGateway": { "Policies": { "chosen": {{chosen}}, "other": {{other}} } } """);

        Assert.Equal(isFault, faults.Any(fault => fault.StartsWith("ReverseProxy:Routes:weak (chosen) must not", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Misspelt_and_unreadable_metadata_of_the_gateway_stops_the_start()
    {
        var faults = await FaultsAsync(
            """ "Match": { "Path": "/x" }, "Metadata": { "MfaGateway.AllowWeakerChoise": "true", "MfaGateway.AllowUnderscoreHeaders": "yes", "Owner": "me" } """, Admin);

        Assert.Contains(faults, fault => fault.StartsWith("ReverseProxy:Routes:weak", StringComparison.Ordinal) && fault.Contains("MfaGateway.AllowUnderscoreHeaders", StringComparison.Ordinal) && fault.Contains("\"yes\"", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("ReverseProxy:Routes:weak", StringComparison.Ordinal) && fault.Contains("MfaGateway.AllowWeakerChoise", StringComparison.Ordinal));
        Assert.DoesNotContain(faults, fault => fault.Contains("Owner", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> FaultsAsync(string weak, string others, string more = "")
    {
        var policy = weak.Contains("AuthorizationPolicy", StringComparison.Ordinal) ? "" : ", \"AuthorizationPolicy\": \"Anonymous\"";
        var json = $$"""
            {
              "ReverseProxy": {
                "Routes": { "weak": { "ClusterId": "app", {{weak}} {{policy}} }, {{others}} },
                "Clusters": { "app": { "Destinations": { "one": { "Address": "http://127.0.0.1:8080/" } } } }
              } {{more}}
            }
            """;
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));
        var configuration = new ConfigurationBuilder().AddJsonStream(stream).Build();
        var reading = await GatewayConfigurationReader.ReadWithProxyAsync(configuration, TestContext.Current.CancellationToken);
        return reading.Faults;
    }
}
