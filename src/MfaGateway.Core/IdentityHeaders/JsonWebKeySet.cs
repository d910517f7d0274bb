using System.Buffers;
using System.Text.Json;

namespace MfaGateway.Core.IdentityHeaders;

/// <summary>The document with which upstream apps check statements (RFC 7517): public keys only.</summary>
public static class JsonWebKeySet
{
    /// <summary>UTF-8 JSON of the set, in the given order.</summary>
    public static byte[] Write(IEnumerable<SigningKey> keys)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys");
            foreach (var key in keys)
                Write(json, key);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    // No "alg": the same key signs ES256 tokens and ecdsa-p256-sha256 messages, whose names differ.
    private static void Write(Utf8JsonWriter json, SigningKey key)
    {
        json.WriteStartObject();
        json.WriteString("kty", "EC");
        json.WriteString("use", "sig");
        json.WriteString("crv", "P-256");
        json.WriteString("kid", key.Kid);
        json.WriteString("x", key.X);
        json.WriteString("y", key.Y);
        json.WriteEndObject();
    }
}
