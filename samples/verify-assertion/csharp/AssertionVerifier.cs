using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace VerifyAssertion;

/// <summary>Checks an assertion with nothing but the base class library.</summary>
internal static class AssertionVerifier
{
    // 2300-01-01: far enough from the ends of the calendar to add the leeway.
    private const long LastSecond = 10_413_792_000;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(30);

    /// <returns>The claims.</returns>
    /// <exception cref="InvalidDataException">It is not an assertion of this gateway for this app, or not of this time.</exception>
    public static JsonElement Verify(string assertion, JsonElement keySet, string issuer, string audience, DateTimeOffset now)
    {
        if (assertion.Split('.') is not [var header, var claims, var signature])
            throw new InvalidDataException("not a compact JWT");

        var head = Json(header);
        // crit names extensions that must be understood (RFC 7515 4.1.11); there are none.
        if (Text(head, "alg") != "ES256" || Text(head, "typ") != "mfa+jwt" || Text(head, "kid") is not { } kid || head.TryGetProperty("crit", out _))
            throw new InvalidDataException("not an assertion of the gateway");
        using var key = Key(keySet, kid);
        // Of all formats only r and s side by side, which is what VerifyData takes unless told otherwise.
        if (!key.VerifyData(Encoding.ASCII.GetBytes($"{header}.{claims}"), Octets(signature), HashAlgorithmName.SHA256))
            throw new InvalidDataException("wrong signature");

        var said = Json(claims);
        if (Text(said, "iss") != issuer || Text(said, "aud") != audience || Text(said, "sub") is null)
            throw new InvalidDataException("from somebody else, or for somebody else");
        if (now >= Time(said, "exp") + Leeway || now < Time(said, "nbf") - Leeway)
            throw new InvalidDataException("expired, or not valid yet");
        return said;
    }

    private static ECDsa Key(JsonElement keySet, string kid)
    {
        foreach (var key in keySet.GetProperty("keys").EnumerateArray())
        {
            if (Text(key, "kid") == kid && Text(key, "crv") == "P-256")
            {
                var point = new ECPoint { X = Octets(Text(key, "x") ?? ""), Y = Octets(Text(key, "y") ?? "") };
                return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
            }
        }

        throw new InvalidDataException("unknown kid");
    }

    private static DateTimeOffset Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds)
            && seconds >= 0 && seconds <= LastSecond
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new InvalidDataException($"no {name}");

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement Json(string part)
    {
        try
        {
            var json = JsonDocument.Parse(Octets(part), Strict).RootElement;
            return json.ValueKind == JsonValueKind.Object ? json : throw new InvalidDataException("not an object");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException("not JSON", failure);
        }
    }

    private static byte[] Octets(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException failure)
        {
            throw new InvalidDataException("not base64url", failure);
        }
    }
}
