using System.Security.Cryptography;
using Xunit;

namespace MfaGateway.FunctionalTests.Configuration;

/// <summary>Clusters whose apps could use each other's statements, and routes that write statements of their own.</summary>
public sealed class ClusterTwinTests : IDisposable
{
    private readonly string _key = Path.GetTempFileName();

    public ClusterTwinTests() => File.WriteAllBytes(_key, RandomNumberGenerator.GetBytes(32));

    public void Dispose() => File.Delete(_key);

    [Theory]
    [InlineData(""" "c": { "Audience": "d" } """, "MfaGateway:Clusters:c:Audience must be neither the Audience nor the id of cluster d, but was \"d\". ")]
    [InlineData(""" "d": { "Audience": "C" } """, "MfaGateway:Clusters:d:Audience must be neither the Audience nor the id of cluster c, but was \"C\". ")]
    [InlineData(""" "c": { "Audience": "d" }, "d": { "Audience": "y" } """, "MfaGateway:Clusters:c:Audience must be neither the Audience nor the id of cluster d, but was \"d\". ")]
    [InlineData(""" "c": { "Audience": "x" }, "d": { "Audience": "x" } """, "MfaGateway:Clusters:d:Audience must be neither the Audience nor the id of cluster c, but was \"x\". ")]
    public async Task Two_clusters_have_no_audience_in_common(string clusters, string line) =>
        Assert.Equal([line + "If both are parts of one application, give both the same Application."], await FaultsAsync(clusters));

    [Theory]
    [InlineData(""" "c": { "Audience": "c" }, "d": { "Audience": "x" } """)]
    [InlineData(""" "c": { "Audience": "x", "Application": "wiki" }, "d": { "Audience": "x", "Application": "wiki" } """)]
    public async Task Different_audiences_and_one_application_are_fine(string clusters) => Assert.Empty(await FaultsAsync(clusters));

    [Theory]
    [InlineData("i", "i", "", false)]
    [InlineData("i", "j", "", true)]
    [InlineData("i", "i", """, "Application": "wiki" """, true)]
    public async Task Two_clusters_have_no_key_in_common(string one, string other, string application, bool isFine) =>
        Assert.Equal(
            isFine ? [] : ["MfaGateway:Clusters:d:Signature:KeyFile must hold another key than MfaGateway:Clusters:c:Signature:KeyFile, but both hold one, with the KeyId \"i\". If both are parts of one application, give both the same Application."],
            await FaultsAsync($$""" "c": { "Signature": {{Signature(one)}} {{application}} }, "d": { "Signature": {{Signature(other)}} {{application}} } """));

    [Theory]
    [InlineData("RequestHeader", "remote_user", "Remote-User")]
    [InlineData("RequestHeader", "RemoteUser", "Remote-User")]
    [InlineData("RequestHeader", "X_Mfa_Assertion", "X-Mfa-Assertion")]
    [InlineData("RequestHeader", "X_Person", "X-Person")]
    [InlineData("RequestHeader", "Signature_Input", "Signature-Input")]
    [InlineData("RequestHeaderRouteValue", "Remote.Groups", "Remote-Groups")]
    public async Task A_transform_writes_no_identity_in_another_spelling(string transform, string name, string identity) =>
        Assert.Equal(
            [$"ReverseProxy:Routes:r:Transforms:0:{transform} must not be another spelling of {identity}, which says who a person is, but was \"{name}\": many apps read both as one."],
            await RouteTable.FaultsOfRouteAsync(
                $$""" "Transforms": [ { "{{transform}}": "{{name}}", "Set": "rest" } ] """,
                more: """, "MfaGateway": { "Clusters": { "c": { "HeaderNames": { "Remote-Name": "X-Person" } } } } """));

    [Theory]
    [InlineData("Remote-User")]
    [InlineData("X-Mfa-Assertion")]
    [InlineData("X-Tenant")]
    public async Task What_the_gateway_writes_over_and_other_names_are_fine(string name) =>
        Assert.Empty(await RouteTable.FaultsOfRouteAsync($$""" "Transforms": [ { "RequestHeader": "{{name}}", "Set": "x" } ] """));

    private string Signature(string id) => $$"""{ "Algorithm": "hmac-sha256", "KeyId": "{{id}}", "KeyFile": {{System.Text.Json.JsonSerializer.Serialize(_key)}} }""";

    private static Task<IReadOnlyList<string>> FaultsAsync(string clusters) => RouteTable.FaultsAsync($$"""
        { "ReverseProxy": {
            "Routes": { "r": { "ClusterId": "c", "Match": { "Path": "/{**rest}" } } },
            "Clusters": { "c": { {{RouteTable.Cluster}} }, "d": { {{RouteTable.Cluster}} } } },
          "MfaGateway": { "Clusters": { {{clusters}} } } }
        """);
}
