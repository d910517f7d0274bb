using System.Security.Cryptography;
using System.Text;
using MfaGateway.Proxying;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace MfaGateway.FunctionalTests.Proxying;

public sealed class ClusterIdentityValidatorTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mfagateway-cluster-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_full_and_sound_section_has_no_faults()
    {
        File.WriteAllBytes(Path.Combine(folder, "wiki.key"), RandomNumberGenerator.GetBytes(32));

        Assert.Empty(Faults(
            """
            { "Audience": "https://wiki.example", "Groups": [ "staff" ],
              "HeaderNames": { "remote-user": "X-WEBAUTH-USER", "Remote-Name": "" },
              "Signature": { "Algorithm": "hmac-sha256", "KeyId": "wiki 1", "KeyFile": "wiki.key" } }
            """));
        Assert.Empty(Faults("""{ "Signature": { "Algorithm": "ecdsa-p256-sha256" } }"""));
        Assert.Empty(Faults("{}"));
    }

    [Theory]
    [InlineData("""{ "Audience": "" }""", "MfaGateway:Clusters:wiki:Audience must be 1 to 256 characters long, but was \"\".")]
    [InlineData("""{ "Groups": [ "a,b" ] }""", "MfaGateway:Clusters:wiki:Groups: each group must not hold ',', but one was \"a,b\".")]
    [InlineData("""{ "HeaderNames": { "Remote-Role": "X" } }""", "MfaGateway:Clusters:wiki:HeaderNames may hold X-Mfa-Assertion, Remote-User, Remote-Name, Remote-Email, Remote-Groups, but held \"Remote-Role\".")]
    [InlineData("""{ "HeaderNames": { "Remote-User": "X User" } }""", "MfaGateway:Clusters:wiki:HeaderNames:Remote-User must be a header name that HTTP and the gateway do not use themselves, but was \"X User\".")]
    [InlineData("""{ "HeaderNames": { "Remote-User": "Host" } }""", "MfaGateway:Clusters:wiki:HeaderNames:Remote-User must be a header name that HTTP and the gateway do not use themselves, but was \"Host\".")]
    [InlineData("""{ "HeaderNames": { "X-Mfa-Assertion": "" } }""", "MfaGateway:Clusters:wiki:HeaderNames:X-Mfa-Assertion must be a header name, but was empty: no request is sent without its assertion.")]
    [InlineData("""{ "HeaderNames": { "Remote-User": "Remote_Name" } }""", "MfaGateway:Clusters:wiki:HeaderNames must name each header differently, but held \"Remote_Name\" and \"Remote-Name\".")]
    [InlineData("""{ "Signature": { "Algorithm": "rsa" } }""", "MfaGateway:Clusters:wiki:Signature:Algorithm must be hmac-sha256 or ecdsa-p256-sha256, but was \"rsa\".")]
    [InlineData("""{ "Signature": { "Algorithm": "hmac-sha256" } }""", "MfaGateway:Clusters:wiki:Signature:KeyFile must name a file with a key of 32 bytes or more, but was empty.")]
    [InlineData("""{ "Signature": { "Algorithm": "hmac-sha256", "KeyFile": "short.key" } }""", "MfaGateway:Clusters:wiki:Signature:KeyFile must hold a key of 32 bytes or more, but \"short.key\" holds 16.")]
    [InlineData("""{ "Signature": { "Algorithm": "ecdsa-p256-sha256", "KeyId": "k" } }""", "MfaGateway:Clusters:wiki:Signature:KeyId must be left out with ecdsa-p256-sha256 (it is the kid in the key set), but was \"k\".")]
    public void A_fault_is_one_line_with_the_full_key_what_it_may_hold_and_what_it_holds(string section, string fault)
    {
        File.WriteAllText(Path.Combine(folder, "short.key"), Convert.ToBase64String(new byte[16]));

        Assert.Equal([fault], Faults(section));
    }

    [Fact]
    public void A_key_file_that_is_not_there_is_a_fault() =>
        Assert.StartsWith(
            "MfaGateway:Clusters:wiki:Signature:KeyFile must name a file that can be read, but was \"none.key\": ",
            Faults("""{ "Signature": { "Algorithm": "hmac-sha256", "KeyFile": "none.key" } }""").Single(),
            StringComparison.Ordinal);

    [Fact]
    public void Every_fault_is_listed() =>
        Assert.Equal(3, Faults("""{ "Audience": "", "Groups": [ "" ], "Signature": { "Algorithm": "" } }""").Count);

    private IReadOnlyList<string> Faults(string section)
    {
        using var json = new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "wiki": {{section}} }"""));
        var clusters = new ConfigurationBuilder().AddJsonStream(json).Build().Get<Dictionary<string, ClusterIdentityOptions>>();
        return ClusterIdentityValidator.Faults(clusters ?? [], folder);
    }
}
