using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MfaGateway.Core.IdentityHeaders;

namespace MfaGateway.FunctionalTests.Samples;

/// <summary>Assertions to accept and to refuse, with the key set to do it by: what a verifier in any language is tried with.</summary>
internal static class AssertionVectors
{
    public const string Issuer = "https://gate.example.test";
    public const string Audience = "wiki";

    private static readonly DateTimeOffset FarAhead = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset LongPast = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public sealed record Vector(string Name, bool Accept, string Token);

    /// <summary>With new keys each time; the private ones are forgotten.</summary>
    public static JsonObject Create()
    {
        var signing = SigningKey.Create();
        var next = SigningKey.Create();
        return new JsonObject
        {
            ["about"] = "Assertions for issuer and audience below. Those to accept live until 2100, which no real one does.",
            ["issuer"] = Issuer,
            ["audience"] = Audience,
            ["keySet"] = JsonNode.Parse(JsonWebKeySet.Write([signing, next])),
            ["vectors"] = new JsonArray([.. Vectors(signing, next).Select(vector => new JsonObject
            {
                ["name"] = vector.Name,
                ["accept"] = vector.Accept,
                ["token"] = vector.Token,
            })]),
        };
    }

    private static IEnumerable<Vector> Vectors(SigningKey signing, SigningKey next)
    {
        var stranger = SigningKey.Create();
        var valid = Written(StatementOfAnna, signing);
        var parts = valid.Split('.');
        var header = Header("ES256", "mfa+jwt", signing.Kid);

        yield return new("valid", true, valid);
        yield return new("valid, signed with the other key of the set", true, Written(StatementOfAnna, next));
        yield return new("valid, nobody signed in", true, Written(IdentityStatement.Anonymous, signing));
        yield return new("valid, text beyond ASCII", true, Written(StatementOfAnna with { Name = "Анна 安娜 \"quoted\\\"" }, signing));

        yield return new("expired", false, Signed(header, Claims(c => c["exp"] = LongPast.ToUnixTimeSeconds()), signing));
        yield return new("without exp", false, Signed(header, Claims(c => c.Remove("exp")), signing));
        yield return new("not valid yet", false, Signed(header, Claims(c => c["nbf"] = FarAhead.ToUnixTimeSeconds() - 60), signing));
        yield return new("wrong aud", false, Signed(header, Claims(c => c["aud"] = "payroll"), signing));
        yield return new("without aud", false, Signed(header, Claims(c => c.Remove("aud")), signing));
        yield return new("wrong iss", false, Signed(header, Claims(c => c["iss"] = "https://gate.example.test.evil.test"), signing));
        yield return new("without iss", false, Signed(header, Claims(c => c.Remove("iss")), signing));
        yield return new("without sub", false, Signed(header, Claims(c => c.Remove("sub")), signing));

        foreach (var time in new[] { "exp", "nbf" })
        {
            foreach (var odd in new JsonNode?[] { FarAhead.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), true, null, new JsonArray(1), new JsonObject(), JsonNode.Parse("1e999"), JsonNode.Parse("9223372036854775807") })
                yield return new($"{time} {odd?.ToJsonString() ?? "null"}", false, Signed(header, Claims(c => c[time] = odd), signing));
        }
        foreach (var odd in new JsonNode?[] { 1, true, null, new JsonArray("acc-7Qy"), new JsonObject() })
            yield return new($"sub {odd?.ToJsonString() ?? "null"}", false, Signed(header, Claims(c => c["sub"] = odd), signing));
        foreach (var other in new[] { "MFA+JWT", "application/mfa+jwt", "mfa+jwt " })
            yield return new($"typ \"{other}\"", false, Signed(Header("ES256", other, signing.Kid), Claims(), signing));
        yield return new("crit that names an unknown extension", false, Signed(WithCritical(signing), Claims(), signing));
        yield return new("aud twice", false, Signed(header.ToJsonString(), Claims().ToJsonString().Replace("\"aud\":", "\"aud\":\"payroll\",\"aud\":", StringComparison.Ordinal), signing));
        yield return new("sub twice", false, Signed(header.ToJsonString(), Claims().ToJsonString().Replace("\"sub\":", "\"sub\":\"root\",\"sub\":", StringComparison.Ordinal), signing));
        yield return new("alg twice", false, Signed(header.ToJsonString().Replace("\"alg\":", "\"alg\":\"none\",\"alg\":", StringComparison.Ordinal), Claims().ToJsonString(), signing));
        yield return new("claims in a list", false, Signed(header.ToJsonString(), "[]", signing));
        yield return new("header in a list", false, Signed("[]", Claims().ToJsonString(), signing));

        yield return new("alg none, no signature", false, $"{Encode(Header("none", "mfa+jwt", signing.Kid))}.{parts[1]}.");
        yield return new("alg none in capitals, the old signature", false, $"{Encode(Header("NONE", "mfa+jwt", signing.Kid))}.{parts[1]}.{parts[2]}");
        yield return new("alg HS256, keyed with the public key as PEM", false, Hmac(signing, Encoding.ASCII.GetBytes(Pem(signing))));
        yield return new("alg HS256, keyed with the public x", false, Hmac(signing, Base64Url.DecodeFromChars(signing.X)));
        yield return new("alg ES384 named, signed with ES256", false, Signed(Header("ES384", "mfa+jwt", signing.Kid), Claims(), signing));
        yield return new("wrong typ", false, Signed(Header("ES256", "JWT", signing.Kid), Claims(), signing));
        yield return new("without typ", false, Signed(Header("ES256", null, signing.Kid), Claims(), signing));
        yield return new("unknown kid", false, Signed(Header("ES256", "mfa+jwt", stranger.Kid), Claims(), stranger));
        yield return new("without kid", false, Signed(Header("ES256", "mfa+jwt", null), Claims(), signing));
        yield return new("a stranger's key under our kid", false, Signed(header, Claims(), stranger));
        yield return new("the kid of the other key", false, Signed(Header("ES256", "mfa+jwt", next.Kid), Claims(), signing));
        yield return new("a stranger's key brought along in the header", false, Signed(WithOwnKey(stranger), Claims(), stranger));

        var tampered = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])).Replace("anna", "root", StringComparison.Ordinal)));
        yield return new("tampered claims", false, $"{parts[0]}.{tampered}.{parts[2]}");
        yield return new("tampered signature", false, $"{parts[0]}.{parts[1]}.{(parts[2][0] == 'A' ? 'B' : 'A')}{parts[2][1..]}");
        yield return new("signature of zeros", false, $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(new byte[64])}");
        yield return new("empty signature", false, $"{parts[0]}.{parts[1]}.");
        yield return new("signature as ASN.1", false, $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(AsDer(Base64Url.DecodeFromChars(parts[2])))}");
        yield return new("a fourth part", false, $"{valid}.{parts[2]}");
        yield return new("two parts", false, $"{parts[0]}.{parts[1]}");
        yield return new("not a token", false, "anna");
    }

    private static IdentityStatement StatementOfAnna => Proxying.StatementGateway.Anna;

    private static string Written(IdentityStatement statement, SigningKey key)
    {
        var token = AssertionWriter.Write(statement, new AssertionScope(Issuer, Audience, LongPast, TimeSpan.FromMinutes(1)), key).Token;
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!.AsObject();
        claims["exp"] = FarAhead.ToUnixTimeSeconds();
        return Signed(Header("ES256", "mfa+jwt", key.Kid), claims, key);
    }

    private static JsonObject Claims(Action<JsonObject>? change = null)
    {
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = Audience,
            ["sub"] = "acc-7Qy",
            ["acr"] = "two-factor",
            ["preferred_username"] = "anna",
            ["iat"] = LongPast.ToUnixTimeSeconds(),
            ["nbf"] = LongPast.ToUnixTimeSeconds(),
            ["exp"] = FarAhead.ToUnixTimeSeconds(),
        };
        change?.Invoke(claims);
        return claims;
    }

    private static JsonObject Header(string algorithm, string? type, string? kid)
    {
        var header = new JsonObject { ["alg"] = algorithm };
        if (type is not null)
            header["typ"] = type;
        if (kid is not null)
            header["kid"] = kid;
        return header;
    }

    private static JsonObject WithOwnKey(SigningKey key)
    {
        var header = Header("ES256", "mfa+jwt", key.Kid);
        header["jwk"] = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = key.X, ["y"] = key.Y };
        return header;
    }

    private static JsonObject WithCritical(SigningKey key)
    {
        var header = Header("ES256", "mfa+jwt", key.Kid);
        header["crit"] = new JsonArray("x");
        header["x"] = 1;
        return header;
    }

    private static string Signed(JsonObject header, JsonObject claims, SigningKey key) => Signed(header.ToJsonString(), claims.ToJsonString(), key);

    private static string Signed(string header, string claims, SigningKey key)
    {
        var input = $"{Encode(header)}.{Encode(claims)}";
        var signature = new byte[SigningKey.SignatureLength];
        key.Sign(Encoding.ASCII.GetBytes(input), signature);
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Hmac(SigningKey key, byte[] secret)
    {
        var input = $"{Encode(Header("HS256", "mfa+jwt", key.Kid))}.{Encode(Claims())}";
        return $"{input}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)))}";
    }

    private static string Encode(JsonObject json) => Encode(json.ToJsonString());

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static string Pem(SigningKey key)
    {
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportPkcs8PrivateKey(key.ExportPkcs8(), out _);
        return ecdsa.ExportSubjectPublicKeyInfoPem();
    }

    private static byte[] AsDer(byte[] signature)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Trimmed(signature.AsSpan(0, 32)));
            writer.WriteIntegerUnsigned(Trimmed(signature.AsSpan(32)));
        }

        return writer.Encode();
    }

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> number) => number.TrimStart((byte)0);
}
