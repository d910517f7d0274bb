using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace MfaGateway.Core.IdentityHeaders;

/// <summary>An ECDSA P-256 key pair, named by its RFC 7638 thumbprint. Signs from any number of threads at once.</summary>
public sealed class SigningKey : IMessageSigningKey
{
    /// <summary>Bytes of a signature: r and s, as RFC 7518 3.4 and RFC 9421 3.3.4 both want it.</summary>
    public const int SignatureLength = 64;

    private readonly ECParameters parameters;

    // ECDsa objects are not promised to be safe for threads; each signature borrows one.
    private readonly ConcurrentQueue<ECDsa> signers = new();

    private SigningKey(ECDsa signer)
    {
        parameters = signer.ExportParameters(includePrivateParameters: true);
        X = Base64Url.EncodeToString(parameters.Q.X);
        Y = Base64Url.EncodeToString(parameters.Q.Y);
        Kid = Thumbprint(X, Y);
        signers.Enqueue(signer);
    }

    /// <summary>43 characters of base64url.</summary>
    public string Kid { get; }

    /// <summary>The public point's coordinates, base64url.</summary>
    public string X { get; }

    /// <inheritdoc cref="X"/>
    public string Y { get; }

    /// <summary>A new random key.</summary>
    public static SigningKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a key back.</summary>
    /// <exception cref="CryptographicException">Not a P-256 private key.</exception>
    public static SigningKey FromPkcs8(ReadOnlySpan<byte> pkcs8)
    {
        var signer = ECDsa.Create();
        try
        {
            signer.ImportPkcs8PrivateKey(pkcs8, out _);
            if (signer.ExportParameters(includePrivateParameters: false).Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value)
                throw new CryptographicException("Not a key on the curve P-256.");
            return new SigningKey(signer);
        }
        catch
        {
            signer.Dispose();
            throw;
        }
    }

    /// <summary>The private key, to be encrypted at once.</summary>
    public byte[] ExportPkcs8()
    {
        using var signer = ECDsa.Create(parameters);
        return signer.ExportPkcs8PrivateKey();
    }

    string IMessageSigningKey.Algorithm => MessageSignatureAlgorithm.EcdsaP256Sha256;

    string IMessageSigningKey.KeyId => Kid;

    /// <summary>Signs with ECDSA over SHA-256, into at least <see cref="SignatureLength"/> bytes.</summary>
    public int Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(data, hash);
        if (!signers.TryDequeue(out var signer))
            signer = ECDsa.Create(parameters);
        var written = signer.SignHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        signers.Enqueue(signer);
        return written;
    }

    /// <summary>The private key stays out of logs.</summary>
    public override string ToString() => $"{nameof(SigningKey)} {Kid}";

    // RFC 7638 3.2: the required members of an EC key, in this order, without blanks.
    private static string Thumbprint(string x, string y) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(
            $$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
}
