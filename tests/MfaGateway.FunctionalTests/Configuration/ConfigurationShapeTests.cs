using Xunit;

namespace MfaGateway.FunctionalTests.Configuration;

/// <summary>Values of another shape than their key has: YARP and Kestrel read them as if the key was not there.</summary>
public sealed class ConfigurationShapeTests
{
    private const string Policies = "one of Anonymous, one-factor, two-factor, deny, or be left out";

    public static TheoryData<string, string> OfRoutes => new()
    {
        { """ "AuthorizationPolicy": [ "deny" ] """, $"AuthorizationPolicy must be {Policies}, but was a list." },
        { """ "AuthorizationPolicy": { "Name": "deny" } """, $"AuthorizationPolicy must be {Policies}, but was a section." },
        { """ "AuthorizationPolicy": "" """, $"AuthorizationPolicy must be {Policies}, but was \"\"." },
        { """ "AuthorizationPolicy": " " """, $"AuthorizationPolicy must be {Policies}, but was \" \"." },
        { """ "AuthorizationPolicy": null """, $"AuthorizationPolicy must be {Policies}, but was null." },
        { """ "Match": { "Path": "/x", "Methods": "GET" } """, "Match:Methods must be a list, but was \"GET\"." },
        { """ "Match": { "Path": "/x", "Methods": { "x": "GET" } } """, "Match:Methods must be a list, but was a section." },
        { """ "Match": { "Path": "/x", "Methods": [] } """, "Match:Methods must be set, or be left out, but was \"\": without an entry it restricts nothing." },
        { """ "Match": { "Path": "/x", "Methods": null } """, "Match:Methods must be set, or be left out, but was null: without an entry it restricts nothing." },
        { """ "Match": { "Path": "/x", "Methods": [ [ "GET" ] ] } """, "Match:Methods:0 must be one text, but was a list." },
        { """ "Match": { "Path": "/x", "Hosts": "x.test" } """, "Match:Hosts must be a list, but was \"x.test\"." },
        { """ "Match": { "Path": "/x", "Hosts": [] } """, "Match:Hosts must be set, or be left out, but was \"\": without an entry it restricts nothing." },
        { """ "Match": { "Hosts": [ "x.test" ], "Path": [ "/x" ] } """, "Match:Path must be one text, but was a list." },
        { """ "Match": { "Hosts": [ "x.test" ], "Path": null } """, "Match:Path must be set, or be left out, but was null: without an entry it restricts nothing." },
        { """ "Match": { "Hosts": [ "x.test" ], "Path": "" } """, "Match:Path must be set, or be left out, but was \"\": without an entry it restricts nothing." },
        { """ "Match": { "Path": "/x", "Headers": "x" } """, "Match:Headers must be a list, but was \"x\"." },
        { """ "Match": { "Path": "/x", "Headers": { "Name": "X" } } """, "Match:Headers must be a list, but was a section." },
        { """ "Match": { "Path": "/x", "Headers": [] } """, "Match:Headers must be set, or be left out, but was \"\": without an entry it restricts nothing." },
        { """ "Match": { "Path": "/x", "Headers": [ "X" ] } """, "Match:Headers:0 must be a section, but was \"X\"." },
        { """ "Match": { "Path": "/x", "QueryParameters": [ { "Name": "x", "Values": "1" } ] } """, "Match:QueryParameters:0:Values must be a list, but was 1." },
        { """ "Match": { "Path": "/x", "Headers": [ { "Name": [ "x" ], "Values": [ "1" ] } ] } """, "Match:Headers:0:Name must be one text, but was a list." },
        { """ "Match": "/x" """, "Match must be a section, but was \"/x\"." },
        { """ "Transforms": "x" """, "Transforms must be a list, but was \"x\"." },
        { """ "Transforms": { "PathSet": "/a" } """, "Transforms must be a list, but was a section." },
        { """ "Transforms": [ "PathSet" ] """, "Transforms:0 must be a section, but was \"PathSet\"." },
        { """ "Metadata": "x" """, "Metadata must be a section, but was \"x\"." },
        { """ "Metadata": [ "MfaGateway.AllowWeakerChoice" ] """, "Metadata must be a section of names, but was a list." },
        { """ "Metadata": { "Owner": [ "me" ] } """, "Metadata:Owner must be one text, but was a list." },
        { """ "Order": [ 1 ] """, "Order must be a whole number, but was a list." },
    };

    public static TheoryData<string, string> OfClusters => new()
    {
        { """ "LoadBalancingPolicy": [ "Random" ] """, "LoadBalancingPolicy must be one text, but was a list." },
        { """ "HttpClient": "x" """, "HttpClient must be a section, but was \"x\"." },
        { """ "HttpClient": { "SslProtocols": "Tls13" } """, "HttpClient:SslProtocols must be a list, but was \"Tls13\"." },
        { """ "HttpClient": { "DangerousAcceptAnyServerCertificate": [ false ] } """, "HttpClient:DangerousAcceptAnyServerCertificate must be true or false, but was a list." },
        { """ "SessionAffinity": [ "Cookie" ] """, "SessionAffinity:0 is not a setting; those here are Enabled, Policy, FailurePolicy, AffinityKeyName, Cookie." },
        { """ "Metadata": "x" """, "Metadata must be a section, but was \"x\"." },
        { """ "Destinations": "http://127.0.0.1:8080/" """, "Destinations must be a section, but was \"http://127.0.0.1:8080/\"." },
        { """ "Destinations": { "one": "http://127.0.0.1:8080/" } """, "Destinations:one must be a section, but was \"http://127.0.0.1:8080/\"." },
    };

    public static TheoryData<string, string> OfOwnSettings => new()
    {
        { """ "Clusters": "x" """, "Clusters must be a section, but was \"x\"." },
        { """ "Clusters": [] """, "Clusters must be a section, but was \"\"." },
        { """ "Clusters": { "c": { "HeaderNames": "X-User" } } """, "Clusters:c:HeaderNames must be a section, but was \"X-User\"." },
        { """ "Clusters": { "c": { "Groups": null } } """, "Clusters:c:Groups must be a list, or be left out, but was null. An empty list tells this cluster no group." },
        { """ "Policies": "x" """, "Policies must be a section, but was \"x\"." },
        { """ "Session": [] """, "Session must be a section, but was \"\"." },
        { """ "Policies": { "p": null } """, "Policies:p must hold a setting, or be left out, but was null." },
        { """ "Policies": { "p": [] } """, "Policies:p must be a section, but was \"\"." },
        { """ "Policies": { "p": { "Groups": null } } """, "Policies:p:Groups must hold an entry, or be left out, but was null: without entries it restricts nothing. The policy deny keeps everyone out." },
        { """ "Policies": { "p": { "Users": null } } """, "Policies:p:Users must hold an entry, or be left out, but was null: without entries it restricts nothing. The policy deny keeps everyone out." },
        { """ "Policies": { "p": { "Networks": null, "Factors": "one-factor" } } """, "Policies:p:Networks must hold an entry, or be left out, but was null: without entries it restricts nothing. The policy deny keeps everyone out." },
        { """ "Policies": { "p": { "MaxAge": null } } """, "Policies:p:MaxAge must be 00:01:00 to 1.00:00:00, or be left out, but was null." },
        { """ "Policies": { "p": { "Factors": null } } """, "Policies:p:Factors must be one-factor, two-factor, two-factor +magic-code, one-factor -magic-code or two-factor -magic-code, or be left out, but was null." },
        { """ "Policies": { "p ": { "Factors": "one-factor" } } """, "Policies:p  must have a name without blanks around it, but was \"p \"." },
    };

    public static TheoryData<string, string> OfKestrel => new()
    {
        { """ "Endpoints": { "Http": { "Url": "http://127.0.0.1:5000", "Protocols": [ "Http2" ] } } """, "Endpoints:Http:Protocols must be one text, but was a list." },
        { """ "Endpoints": { "Http": { "Url": "http://127.0.0.1:5000", "Protocols": "Http4" } } """, "Endpoints:Http:Protocols must be one of None, Http1, Http2, Http1AndHttp2, Http3, Http1AndHttp2AndHttp3, but was \"Http4\"." },
        { """ "EndpointDefaults": { "ClientCertificateMode": "Require" } """, "EndpointDefaults:ClientCertificateMode must be one of NoCertificate, AllowCertificate, RequireCertificate, DelayCertificate, but was \"Require\"." },
        { """ "EndpointDefaults": { "SslProtocols": "Tls13" } """, "EndpointDefaults:SslProtocols must be a list, but was \"Tls13\"." },
        { """ "Endpoints": { "Https": { "Url": "https://127.0.0.1:5001", "Sni": { "*": { "ClientCertificateMode": [ "RequireCertificate" ] } } } } """,
            "Endpoints:Https:Sni:*:ClientCertificateMode must be one text, but was a list." },
    };

    [Theory]
    [MemberData(nameof(OfRoutes))]
    public async Task A_value_of_a_route_has_the_shape_of_its_key(string route, string line) =>
        Assert.Contains($"ReverseProxy:Routes:r:{line}", await RouteTable.FaultsOfRouteAsync(route));

    [Theory]
    [MemberData(nameof(OfClusters))]
    public async Task A_value_of_a_cluster_has_the_shape_of_its_key(string cluster, string line) =>
        Assert.Contains($"ReverseProxy:Clusters:c:{line}", await RouteTable.FaultsOfRouteAsync("", cluster));

    [Theory]
    [MemberData(nameof(OfOwnSettings))]
    public async Task A_value_of_the_gateways_own_section_has_the_shape_of_its_key(string settings, string line) =>
        Assert.Equal([$"MfaGateway:{line}"], await RouteTable.FaultsOfRouteAsync("", more: $$""", "MfaGateway": { {{settings}} } """));

    [Theory]
    [MemberData(nameof(OfKestrel))]
    public async Task A_value_of_a_listener_has_the_shape_of_its_key(string settings, string line) =>
        Assert.Equal([$"Kestrel:{line}"], await RouteTable.FaultsOfRouteAsync("", more: $$""", "Kestrel": { {{settings}} } """));

    [Theory]
    [InlineData("""{ "ReverseProxy": "x" }""", "ReverseProxy must be a section, but was \"x\".")]
    [InlineData("""{ "ReverseProxy": { "Routes": "x" } }""", "ReverseProxy:Routes must be a section, but was \"x\".")]
    [InlineData("""{ "ReverseProxy": { "Routes": { "r": "x" } } }""", "ReverseProxy:Routes:r must be a section, but was \"x\".")]
    [InlineData("""{ "MfaGateway": "x" }""", "MfaGateway must be a section, but was \"x\".")]
    [InlineData("""{ "Kestrel": { "Endpoints": "http://*:80" } }""", "Kestrel:Endpoints must be a section, but was \"http://*:80\".")]
    public async Task A_section_is_no_text(string json, string line) => Assert.Contains(line, await RouteTable.FaultsAsync(json));

    [Theory]
    [InlineData(""" "Transforms": [] """)]
    [InlineData(""" "Metadata": {} """)]
    [InlineData(""" "Order": null, "Timeout": null """)]
    [InlineData(""" "Match": { "Path": "/x", "Hosts": [ "x.test" ], "Methods": [ "GET" ], "Headers": [ { "Name": "X", "Values": [ "1" ] } ] }, "authorizationpolicy": "DENY" """)]
    public async Task What_restricts_as_it_says_is_fine(string route) => Assert.Empty(await RouteTable.FaultsOfRouteAsync(route));
}
