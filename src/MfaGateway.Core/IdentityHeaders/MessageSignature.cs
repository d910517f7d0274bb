using System.Text;

namespace MfaGateway.Core.IdentityHeaders;

/// <summary>Signs a request by RFC 9421, so that a statement is bound to the one request it came with.</summary>
public static class MessageSignature
{
    /// <summary>The label of the signature in both headers.</summary>
    public const string Label = "mfa";

    /// <summary>Tells this use of a key from any other (RFC 9421 2.3).</summary>
    public const string Tag = "mfa-gateway";

    /// <summary>How long a signature is good for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private const int MaximumSignatureLength = 64;

    /// <summary>The two header values for this request; a new nonce each time.</summary>
    /// <exception cref="ArgumentException">A part of the request holds something other than printable ASCII.</exception>
    public static SignatureHeaders Sign(in SignedRequest request, IMessageSigningKey key, DateTimeOffset now) =>
        Sign(request, key, now, SignatureNonces.Next());

    internal static SignatureHeaders Sign(
        in SignedRequest request, IMessageSigningKey key, DateTimeOffset now, ReadOnlySpan<byte> nonce)
    {
        var signatureBase = new SignatureBaseWriter(stackalloc byte[2048]);
        try
        {
            var parameters = WriteBase(ref signatureBase, request, key, now.ToUnixTimeSeconds(), nonce);
            Span<byte> signature = stackalloc byte[MaximumSignatureLength];
            signature = signature[..key.Sign(signatureBase.Written, signature)];
            return new SignatureHeaders(
                Labelled(signatureBase.Written[parameters..]),
                string.Concat(Label, "=:", Convert.ToBase64String(signature), ":"));
        }
        finally
        {
            signatureBase.Dispose();
        }
    }

    private static string Labelled(ReadOnlySpan<byte> parameters) =>
        string.Create(Label.Length + 1 + parameters.Length, parameters, static (text, octets) =>
        {
            Label.CopyTo(text);
            text[Label.Length] = '=';
            Encoding.ASCII.GetChars(octets, text[(Label.Length + 1)..]);
        });

    // RFC 9421 2.5. Gives the place at which the signature parameters begin, which are also the value of Signature-Input.
    private static int WriteBase(
        ref SignatureBaseWriter writer, in SignedRequest request, IMessageSigningKey key, long created, ReadOnlySpan<byte> nonce)
    {
        writer.Append("\"@method\": ", request.Method);
        WriteAuthority(ref writer, request.Authority, request.DefaultPort);
        writer.Append("\n\"@path\": ", request.Path.IsEmpty ? "/" : request.Path);
        writer.Append("\n\"@query\": ", request.Query.IsEmpty ? "?" : request.Query);
        foreach (ref readonly var field in request.Fields)
        {
            writer.Append("\n\"", field.LowerName);
            writer.Append("\": ", field.Value.AsSpan().Trim(' '));
        }

        writer.AppendAscii("\n\"@signature-params\": ");
        var parameters = writer.Written.Length;
        writer.AppendAscii("(\"@method\" \"@authority\" \"@path\" \"@query\"");
        foreach (ref readonly var field in request.Fields)
        {
            writer.Append(" \"", field.LowerName);
            writer.AppendAscii("\"");
        }

        writer.AppendAscii(");created=");
        writer.Append(created);
        writer.AppendAscii(";expires=");
        writer.Append(created + (long)Lifetime.TotalSeconds);
        writer.AppendAscii(";nonce=\"");
        writer.AppendBase64Url(nonce);
        writer.Append("\";alg=\"", key.Algorithm);
        writer.Append("\";keyid=\"", key.KeyId);
        writer.Append("\";tag=\"", Tag);
        writer.AppendAscii("\"");
        return parameters;
    }

    // RFC 9421 2.2.3: lower case, and the scheme's own port left out.
    private static void WriteAuthority(ref SignatureBaseWriter writer, ReadOnlySpan<char> authority, ReadOnlySpan<char> defaultPort)
    {
        var colon = authority.LastIndexOf(':');
        if (colon >= 0 && authority[(colon + 1)..].SequenceEqual(defaultPort))
            authority = authority[..colon];
        writer.AppendAscii("\n\"@authority\": ");
        writer.AppendLower(authority);
    }
}

/// <summary>The two headers of RFC 9421.</summary>
/// <param name="Input">The value of <c>Signature-Input</c>.</param>
/// <param name="Signature">The value of <c>Signature</c>.</param>
public readonly record struct SignatureHeaders(string Input, string Signature);

/// <summary>A header field that is signed.</summary>
/// <param name="LowerName">In lower case.</param>
/// <param name="Value">Its only value.</param>
public readonly record struct SignedField(string LowerName, string Value);

/// <summary>The parts of a request that are signed, as the upstream app receives them.</summary>
public readonly ref struct SignedRequest
{
    public required ReadOnlySpan<char> Method { get; init; }

    /// <summary>The <c>Host</c> it is sent with.</summary>
    public required ReadOnlySpan<char> Authority { get; init; }

    /// <summary>The port that <see cref="Authority"/> need not name: 80 or 443.</summary>
    public required ReadOnlySpan<char> DefaultPort { get; init; }

    /// <summary>As sent, nothing decoded.</summary>
    public required ReadOnlySpan<char> Path { get; init; }

    /// <summary>With its <c>?</c>; empty when there is none.</summary>
    public required ReadOnlySpan<char> Query { get; init; }

    /// <summary>Only those that are sent.</summary>
    public required ReadOnlySpan<SignedField> Fields { get; init; }
}
