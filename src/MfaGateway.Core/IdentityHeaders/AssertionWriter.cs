using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MfaGateway.Core.IdentityHeaders;

/// <summary>Writes an <see cref="IdentityStatement"/> as a compact JWT (RFC 7519), signed with ES256.</summary>
public static class AssertionWriter
{
    /// <summary>The <c>typ</c> of the token (RFC 8725 3.11), by which no other JWT can pass for it.</summary>
    public const string TokenType = "mfa+jwt";

    /// <summary>The longest life a token may be given.</summary>
    public static readonly TimeSpan MaximumLifetime = TimeSpan.FromMinutes(5);

    // Nothing is escaped for HTML's sake: the JSON is never seen outside base64url.
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes what is said of a person, or of nobody, for one audience.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime is not 1 second to 5 minutes.</exception>
    public static Assertion Write(IdentityStatement statement, AssertionScope scope, SigningKey key)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scope.Lifetime, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scope.Lifetime, MaximumLifetime);

        var claims = new ArrayBufferWriter<byte>(1024);
        bool cut;
        using (var json = new Utf8JsonWriter(claims, JsonOptions))
            cut = WriteClaims(json, statement, scope);
        var header = $$"""{"alg":"ES256","typ":"{{TokenType}}","kid":"{{key.Kid}}"}""";
        var input = $"{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(header))}.{Base64Url.EncodeToString(claims.WrittenSpan)}";

        Span<byte> signature = stackalloc byte[SigningKey.SignatureLength];
        key.Sign(Encoding.ASCII.GetBytes(input), signature);
        return new Assertion($"{input}.{Base64Url.EncodeToString(signature)}", cut);
    }

    private static bool WriteClaims(Utf8JsonWriter json, IdentityStatement statement, AssertionScope scope)
    {
        var issued = scope.IssuedAt.ToUnixTimeSeconds();
        json.WriteStartObject();
        json.WriteString("iss", scope.Issuer);
        json.WriteString("aud", scope.Audience);
        json.WriteString("sub", statement.Subject);
        json.WriteString("acr", statement.Acr);
        var cut = !statement.IsAnonymous && WritePerson(json, statement);
        json.WriteNumber("iat", issued);
        json.WriteNumber("nbf", issued);
        json.WriteNumber("exp", issued + (long)scope.Lifetime.TotalSeconds);
        json.WriteEndObject();
        return cut;
    }

    private static bool WritePerson(Utf8JsonWriter json, IdentityStatement statement)
    {
        json.WriteString("preferred_username", statement.UserName);
        if (statement.Email.Length > 0)
            json.WriteString("email", statement.Email);
        if (statement.Name.Length > 0)
            json.WriteString("name", statement.Name);
        var cut = WriteGroups(json, statement.Groups);

        json.WriteStartArray("amr");
        foreach (var method in statement.Amr)
            json.WriteStringValue(method);
        json.WriteEndArray();
        if (statement.AuthTime is { } authTime)
            json.WriteNumber("auth_time", authTime.ToUnixTimeSeconds());
        json.WriteStartObject("mfa_proofs");
        foreach (var (factor, at) in statement.Proofs)
            json.WriteNumber(factor, at.ToUnixTimeSeconds());
        json.WriteEndObject();
        json.WriteString("sid", statement.SessionId);
        return cut;
    }

    private static bool WriteGroups(Utf8JsonWriter json, IReadOnlyList<string> groups)
    {
        var cut = false;
        var start = json.BytesCommitted + json.BytesPending;
        json.WriteStartArray("groups");
        foreach (var group in groups)
        {
            var written = json.BytesCommitted + json.BytesPending - start;
            // Quotes and a comma are counted with the text; escapes of quotes and backslashes are too few to matter.
            cut = written + Encoding.UTF8.GetByteCount(group) + 3 > HeaderValue.MaximumGroupBytes;
            if (cut)
                break;
            json.WriteStringValue(group);
        }

        json.WriteEndArray();
        if (cut)
            json.WriteBoolean("mfa_groups_cut", true);
        return cut;
    }
}

/// <summary>The part of an assertion that does not depend on the person.</summary>
/// <param name="Issuer">The gateway (<c>iss</c>).</param>
/// <param name="Audience">The upstream app (<c>aud</c>).</param>
/// <param name="IssuedAt">Written in whole seconds.</param>
/// <param name="Lifetime">1 second to 5 minutes.</param>
public readonly record struct AssertionScope(string Issuer, string Audience, DateTimeOffset IssuedAt, TimeSpan Lifetime);

/// <summary>A signed assertion.</summary>
/// <param name="Token">A compact JWT.</param>
/// <param name="GroupsWereCut">The person has more groups than fit into <see cref="HeaderValue.MaximumGroupBytes"/>.</param>
public readonly record struct Assertion(string Token, bool GroupsWereCut)
{
    /// <summary>The token stays out of logs.</summary>
    public override string ToString() => nameof(Assertion);
}
