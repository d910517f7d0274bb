using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using MfaGateway.Core.IdentityHeaders;
using Xunit;

namespace MfaGateway.Core.Tests.IdentityHeaders;

/// <summary>
/// A verifier written from the RFC, which first proves itself on the RFC's own vectors, then reads what we sign.
/// </summary>
public sealed partial class MessageSignatureTests
{
    // RFC 9421 B.1.5
    private static readonly byte[] SharedSecret = Convert.FromBase64String(
        "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==");

    private static readonly HmacSigningKey Hmac = new("test-shared-secret", SharedSecret);

    [Fact]
    public void The_verifier_accepts_vector_B_2_5_of_the_RFC()
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["date"] = "Tue, 20 Apr 2021 02:07:55 GMT",
            ["@authority"] = "example.com",
            ["content-type"] = "application/json",
        };
        const string input = "sig-b25=(\"date\" \"@authority\" \"content-type\");created=1618884473;keyid=\"test-shared-secret\"";

        Assert.True(VerifiesHmac(input, "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:", fields));
        fields["@authority"] = "example.org";
        Assert.False(VerifiesHmac(input, "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:", fields));
    }

    [Fact]
    public void The_header_values_are_those_of_the_contract()
    {
        SignedField[] fields = [new("x-mfa-assertion", "e30.e30.x"), new("remote-user", "anna")];

        var headers = MessageSignature.Sign(Request(fields), Hmac, DateTimeOffset.FromUnixTimeSeconds(1618884473), new byte[16]);

        Assert.Equal(
            "mfa=(\"@method\" \"@authority\" \"@path\" \"@query\" \"x-mfa-assertion\" \"remote-user\");created=1618884473;"
            + "expires=1618884533;nonce=\"AAAAAAAAAAAAAAAAAAAAAA\";alg=\"hmac-sha256\";keyid=\"test-shared-secret\";tag=\"mfa-gateway\"",
            headers.Input);
        Assert.True(VerifiesHmac(headers.Input, headers.Signature, Fields(fields)));
    }

    [Theory]
    [InlineData("@method", "POST")]
    [InlineData("@authority", "other.test")]
    [InlineData("@path", "/admin")]
    [InlineData("@query", "?a=2")]
    [InlineData("remote-user", "root")]
    public void A_change_to_any_covered_part_breaks_it(string component, string value)
    {
        SignedField[] fields = [new("x-mfa-assertion", "e30.e30.x"), new("remote-user", "anna")];
        var headers = MessageSignature.Sign(Request(fields), Hmac, Statements.Noon);
        var received = Fields(fields);
        Assert.True(VerifiesHmac(headers.Input, headers.Signature, received));

        received[component] = value;

        Assert.False(VerifiesHmac(headers.Input, headers.Signature, received));
    }

    // RFC 9421 2.2.3 and 2.2.6, 2.2.7
    [Theory]
    [InlineData("Example.COM", "443", "example.com")]
    [InlineData("example.com:443", "443", "example.com")]
    [InlineData("example.com:8443", "443", "example.com:8443")]
    [InlineData("example.com:443", "80", "example.com:443")]
    [InlineData("[::1]:8080", "80", "[::1]:8080")]
    [InlineData("[::80]", "80", "[::80]")]
    public void The_authority_is_in_lower_case_without_the_schemes_own_port(string host, string defaultPort, string covered)
    {
        var request = new SignedRequest
        {
            Method = "GET",
            Authority = host,
            DefaultPort = defaultPort,
            Path = "",
            Query = "",
            Fields = [],
        };

        var headers = MessageSignature.Sign(request, Hmac, Statements.Noon);

        Assert.True(VerifiesHmac(headers.Input, headers.Signature, new(StringComparer.Ordinal)
        {
            ["@method"] = "GET",
            ["@authority"] = covered,
            ["@path"] = "/",
            ["@query"] = "?",
        }));
    }

    [Fact]
    public void A_long_request_is_signed_whole()
    {
        SignedField[] fields = [new("x-mfa-assertion", new string('a', 9000)), new("remote-groups", new string('b', 9000))];

        var headers = MessageSignature.Sign(Request(fields), Hmac, Statements.Noon);

        Assert.True(VerifiesHmac(headers.Input, headers.Signature, Fields(fields)));
        fields[1] = new("remote-groups", new string('b', 8999) + "c");
        Assert.False(VerifiesHmac(headers.Input, headers.Signature, Fields(fields)));
    }

    [Theory]
    [InlineData("anna\n\"@path\": /public")]
    [InlineData("ann\u00E4")]
    public void Text_that_could_forge_a_line_is_refused(string value)
    {
        SignedField[] fields = [new("remote-user", value)];
        Assert.Throws<ArgumentException>(() => { MessageSignature.Sign(Request(fields), Hmac, Statements.Noon); });
    }

    [Fact]
    public async Task Each_signature_has_its_own_nonce_however_many_threads_sign()
    {
        var inputs = await Task.WhenAll(Enumerable.Range(0, 2000).Select(_ => Task.Run(
            () => MessageSignature.Sign(Request([]), Hmac, Statements.Noon).Input, TestContext.Current.CancellationToken)));

        Assert.Equal(2000, inputs.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task One_secret_signs_for_many_threads_at_once()
    {
        var signed = await Task.WhenAll(Enumerable.Range(0, 2000).Select(_ => Task.Run(
            () => MessageSignature.Sign(Request([]), Hmac, Statements.Noon), TestContext.Current.CancellationToken)));

        Assert.All(signed, headers => Assert.True(VerifiesHmac(headers.Input, headers.Signature, Fields([]))));
    }

    [Fact]
    public void The_key_pair_of_the_assertions_signs_messages_too()
    {
        var key = SigningKey.Create();
        SignedField[] fields = [new("x-mfa-assertion", "e30.e30.x")];

        var headers = MessageSignature.Sign(Request(fields), key, Statements.Noon);

        using var verifier = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(key.X), Y = Base64Url.DecodeFromChars(key.Y) },
        });
        Assert.Contains($";alg=\"ecdsa-p256-sha256\";keyid=\"{key.Kid}\"", headers.Input, StringComparison.Ordinal);
        Assert.True(verifier.VerifyData(Base(headers.Input, Fields(fields)), Octets(headers.Signature), HashAlgorithmName.SHA256));
    }

    [Fact]
    public void A_short_secret_is_refused() => Assert.Throws<ArgumentException>(() => new HmacSigningKey("k", new byte[31]));

    [Fact]
    public void A_key_file_is_base64_or_bytes()
    {
        var secret = RandomNumberGenerator.GetBytes(48);
        Assert.Equal(secret, HmacSigningKey.ReadSecret(secret));
        Assert.Equal(secret, HmacSigningKey.ReadSecret(Encoding.ASCII.GetBytes(Convert.ToBase64String(secret) + "\n")));
        Assert.Equal(secret, HmacSigningKey.ReadSecret(Encoding.ASCII.GetBytes(Base64Url.EncodeToString(secret) + "\r\n")));
        Assert.Equal(secret, HmacSigningKey.ReadSecret([.. Encoding.UTF8.Preamble, .. Encoding.ASCII.GetBytes(Convert.ToBase64String(secret))]));
        Assert.Throws<FormatException>(() => HmacSigningKey.ReadSecret([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Convert.ToBase64String(secret))]));
        var pad = RandomNumberGenerator.GetBytes(32);
        Assert.Equal(pad, HmacSigningKey.ReadSecret(Encoding.ASCII.GetBytes(Convert.ToBase64String(pad))));
    }

    private static SignedRequest Request(SignedField[] fields) => new()
    {
        Method = "GET",
        Authority = "app.test",
        DefaultPort = "80",
        Path = "/a%20b",
        Query = "?a=1",
        Fields = fields,
    };

    private static Dictionary<string, string> Fields(SignedField[] fields)
    {
        var all = fields.ToDictionary(field => field.LowerName, field => field.Value, StringComparer.Ordinal);
        all["@method"] = "GET";
        all["@authority"] = "app.test";
        all["@path"] = "/a%20b";
        all["@query"] = "?a=1";
        return all;
    }

    private static bool VerifiesHmac(string input, string signature, Dictionary<string, string> fields) =>
        CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(SharedSecret, Base(input, fields)), Octets(signature));

    private static byte[] Octets(string signature) => Convert.FromBase64String(signature[(signature.IndexOf('=', StringComparison.Ordinal) + 2)..^1]);

    private static byte[] Base(string input, Dictionary<string, string> fields)
    {
        var parameters = input[(input.IndexOf('=', StringComparison.Ordinal) + 1)..];
        var covered = parameters[..parameters.IndexOf(')', StringComparison.Ordinal)];
        var lines = Quoted().Matches(covered).Select(match =>
            string.Create(CultureInfo.InvariantCulture, $"{match.Value}: {fields[match.Groups["name"].Value]}\n"));
        return Encoding.ASCII.GetBytes($"{string.Concat(lines)}\"@signature-params\": {parameters}");
    }

    [GeneratedRegex("\"(?<name>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();
}
