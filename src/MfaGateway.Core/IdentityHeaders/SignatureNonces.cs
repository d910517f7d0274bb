using System.Security.Cryptography;

namespace MfaGateway.Core.IdentityHeaders;

/// <summary>Nonces of 16 random bytes, none of them twice.</summary>
internal static class SignatureNonces
{
    private const int Length = 16;

    [ThreadStatic]
    private static byte[]? taken;

    [ThreadStatic]
    private static int next;

    /// <summary>Good until this thread asks for 64 more.</summary>
    public static ReadOnlySpan<byte> Next()
    {
        // A call to the generator costs as much as the whole HMAC, however little it is asked for.
        var random = taken ??= new byte[Length * 64];
        if (next == 0)
            RandomNumberGenerator.Fill(random);
        var nonce = random.AsSpan(next, Length);
        next = (next + Length) % random.Length;
        return nonce;
    }
}
