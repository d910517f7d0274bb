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
    [InlineData("""{ "Audience": "" }""", "MfaGateway:Clusters:wiki:Audience must be 1 to 256 characters on one line, without blanks around them, but was \"\".")]
    [InlineData("""{ "Audience": " " }""", "MfaGateway:Clusters:wiki:Audience must be 1 to 256 characters on one line, without blanks around them, but was \" \".")]
    [InlineData("""{ "Audience": "wiki\n" }""", "MfaGateway:Clusters:wiki:Audience must be 1 to 256 characters on one line, without blanks around them, but was \"wiki\\u000A\".")]
    [InlineData("""{ "Signature": { "Algorithm": "hmac-sha256", "KeyFile": "zero.key" } }""", "MfaGateway:Clusters:wiki:Signature:KeyFile must hold a random key, but all bytes of \"zero.key\" are the same.")]
    [InlineData("""{ "Signature": { "Algorithm": "hmac-sha256", "KeyFile": "/dev/zero" } }""", "MfaGateway:Clusters:wiki:Signature:KeyFile must hold a key, but \"/dev/zero\" does not: it must be a regular file of 1 to 65536 bytes.")]
    [InlineData("""{ "Signature": { "Algorithm": "hmac-sha256", "KeyFile": "link.key" } }""", "MfaGateway:Clusters:wiki:Signature:KeyFile must hold a key, but \"link.key\" does not: it must be a regular file of 1 to 65536 bytes.")]
    [InlineData("""{ "Signature": { "Algorithm": "hmac-sha256", "KeyFile": "large.key" } }""", "MfaGateway:Clusters:wiki:Signature:KeyFile must hold a key, but \"large.key\" does not: it must be a regular file of 1 to 65536 bytes.")]
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

        File.WriteAllText(Path.Combine(folder, "zero.key"), Convert.ToBase64String(new byte[32]));
        File.WriteAllBytes(Path.Combine(folder, "large.key"), RandomNumberGenerator.GetBytes(64 * 1024 + 1));
        File.CreateSymbolicLink(Path.Combine(folder, "link.key"), "/dev/zero");

        Assert.Equal([fault], Faults(section));
    }

    [Theory]
    [InlineData("Set-Cookie")]
    [InlineData("cookie")]
    [InlineData("Content_Length")]
    [InlineData("Transfer.Encoding")]
    [InlineData("Keep-Alive")]
    [InlineData("Proxy-Connection")]
    [InlineData("Authorization")]
    [InlineData("User-Agent")]
    [InlineData("Forwarded")]
    [InlineData("X_Forwarded_For")]
    [InlineData("X-User*")]
    public void A_header_that_has_a_meaning_of_its_own_says_nothing_of_people(string name) =>
        Assert.Equal(
            [$"MfaGateway:Clusters:wiki:HeaderNames:Remote-User must be a header name that HTTP and the gateway do not use themselves, but was \"{name}\"."],
            Faults($$"""{ "HeaderNames": { "Remote-User": "{{name}}" } }"""));

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
