using MfaGateway.Configuration;
using MfaGateway.FunctionalTests.Commands;
using Xunit;

namespace MfaGateway.FunctionalTests.Configuration;

/// <summary>Misspelt keys outside the gateway's own section: what they demand would be passed over.</summary>
public sealed class UnknownKeyTests : IDisposable
{
    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Theory]
    [InlineData(""" "AuthorisationPolicy": "deny" """, "AuthorisationPolicy is not a setting; did you mean ReverseProxy:Routes:r:AuthorizationPolicy?")]
    [InlineData(""" "AuthorizationPolicies": "deny" """, "AuthorizationPolicies is not a setting; did you mean ReverseProxy:Routes:r:AuthorizationPolicy?")]
    [InlineData(""" "authorization_policy": "deny" """, "authorization_policy is not a setting; did you mean ReverseProxy:Routes:r:AuthorizationPolicy?")]
    [InlineData(""" "AuthorizationPolicy ": "deny" """, "\"AuthorizationPolicy \" is not a setting; did you mean ReverseProxy:Routes:r:AuthorizationPolicy?")]
    [InlineData(""" "Policy": "deny" """, "Policy is not a setting; did you mean ReverseProxy:Routes:r:AuthorizationPolicy?")]
    [InlineData(""" "Policy": null """, "Policy is not a setting; did you mean ReverseProxy:Routes:r:AuthorizationPolicy?")]
    [InlineData(""" "Match": { "Path": "/x", "Host": [ "a.test" ] } """, "Match:Host is not a setting; did you mean ReverseProxy:Routes:r:Match:Hosts?")]
    [InlineData(""" "Match": { "Path": "/x", "Method": [ "GET" ] } """, "Match:Method is not a setting; did you mean ReverseProxy:Routes:r:Match:Methods?")]
    [InlineData(""" "Match": { "Path": "/x", "Cookies": [ "a" ] } """, "Match:Cookies is not a setting; those here are Methods, Hosts, Path, QueryParameters, Headers.")]
    [InlineData(""" "Match": { "Path": "/x", "Headers": [ { "Name": "X", "Value": "1" } ] } """, "Match:Headers:0:Value is not a setting; did you mean ReverseProxy:Routes:r:Match:Headers:0:Values?")]
    [InlineData(""" "RouteId": "" """, "RouteId is not a setting; those here are Match, Order, ClusterId, AuthorizationPolicy, RateLimiterPolicy, OutputCachePolicy, TimeoutPolicy, Timeout, CorsPolicy, MaxRequestBodySize, Metadata, Transforms.")]
    public async Task A_misspelt_key_of_a_route_is_a_fault(string route, string line) =>
        Assert.Contains($"ReverseProxy:Routes:r:{line}", await RouteTable.FaultsOfRouteAsync(route));

    [Theory]
    [InlineData(""" "HttpReqest": {} """, "HttpReqest is not a setting; did you mean ReverseProxy:Clusters:c:HttpRequest?")]
    [InlineData(""" "HttpRequest": { "ActivityTimout": "00:00:01" } """, "HttpRequest:ActivityTimout is not a setting; did you mean ReverseProxy:Clusters:c:HttpRequest:ActivityTimeout?")]
    [InlineData(""" "HealthCheck": { "Active": { "Intervall": "00:00:01" } } """, "HealthCheck:Active:Intervall is not a setting; did you mean ReverseProxy:Clusters:c:HealthCheck:Active:Interval?")]
    [InlineData(""" "Destinations": { "one": { "Adress": "http://127.0.0.1:1/" } } """, "Destinations:one:Adress is not a setting; did you mean ReverseProxy:Clusters:c:Destinations:one:Address?")]
    public async Task A_misspelt_key_of_a_cluster_is_a_fault(string cluster, string line) =>
        Assert.Contains($"ReverseProxy:Clusters:c:{line}", await RouteTable.FaultsOfRouteAsync("", cluster));

    [Theory]
    [InlineData("""{ "ReverseProxy": { "Route": {} } }""", "ReverseProxy:Route is not a setting; did you mean ReverseProxy:Routes?")]
    [InlineData("""{ "Kestrel": { "Limits": { "MaxRequestBodySize": 1 } } }""", "Kestrel:Limits is not a setting; those here are EndpointDefaults, Endpoints, Certificates.")]
    [InlineData("""{ "Kestrel": { "Endpoint": {} } }""", "Kestrel:Endpoint is not a setting; did you mean Kestrel:Endpoints?")]
    [InlineData("""{ "Kestrel": { "Endpoints": { "Https": { "Url": "https://127.0.0.1:1", "ClientCertificatMode": "RequireCertificate" } } } }""",
        "Kestrel:Endpoints:Https:ClientCertificatMode is not a setting; did you mean Kestrel:Endpoints:Https:ClientCertificateMode?")]
    public async Task A_misspelt_key_of_a_section_is_a_fault(string json, string line) => Assert.Contains(line, await RouteTable.FaultsAsync(json));

    [Theory]
    [InlineData("MfaGatway", "did you mean MfaGateway?")]
    [InlineData("ReversProxy", "did you mean ReverseProxy?")]
    [InlineData("Mfa-Gateway", "did you mean MfaGateway?")]
    [InlineData("Kestrl", "did you mean Kestrel?")]
    [InlineData("Proxies", "sections for something else are named in MfaGateway:OtherSections.")]
    public void An_unknown_section_of_a_settings_file_is_a_fault(string name, string rest)
    {
        Write($$"""{ "{{name}}": { "x": "y" } }""");

        Assert.Equal([$"appsettings.json holds {name}, which is not a setting; {rest}"], Read().Faults);
    }

    [Fact]
    public void An_unknown_section_of_the_command_line_is_a_fault()
    {
        Assert.Equal(
            ["The command line holds MfaGatewy, which is not a setting; did you mean MfaGateway?"],
            Read("--MfaGatewy:Policies:p:Groups:0=x", "--urls=http://127.0.0.1:0").Faults);
    }

    [Fact]
    public void A_section_for_something_else_is_named()
    {
        Write("""{ "Backup": { "At": "03:00" }, "MfaGateway": { "OtherSections": [ "backup" ] } }""");

        Assert.Empty(Read().Faults);
    }

    [Theory]
    [InlineData("MfaGatewy__Policies__p__Groups__0", "MfaGatewy in the environment or the secrets directory is not a setting; did you mean MfaGateway?")]
    [InlineData("MfaGateway_TrustedProxies__0", "MfaGateway_TrustedProxies in the environment or the secrets directory is not a setting; did you mean MfaGateway?")]
    [InlineData("REVERSPROXY__ROUTES__r__ORDER", "REVERSPROXY in the environment or the secrets directory is not a setting; did you mean ReverseProxy?")]
    [InlineData("OTHER__PROGRAM", null)]
    [InlineData("MFAGATEWAY_HOME", null)]
    public async Task The_environment_is_shared_with_other_programs(string variable, string? line)
    {
        var result = await _program.RunAsync(input: "", ["config", "check"], (variable, "1"));

        Assert.Equal((line is null ? 0 : 78, line), (result.ExitCode, result.Errors.FirstOrDefault()));
    }

    private void Write(string json) => _program.Write("appsettings.json", json);

    private SourcesReading Read(params string[] settings) => ConfigurationSources.Read(_program.Directory, "Staging", settings);
}
