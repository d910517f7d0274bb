using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MfaGateway.Core.Factors.Totp;

namespace MfaGateway.Core.Factors.MagicCodes;

/// <summary>
/// How the value of a mailed code comes about: pure, without clock or memory. It only makes values to compare with; whether a
/// code is good is decided by the row of its issue.
/// </summary>
public static class MagicCodeAlgorithm
{
    public const int MinDigits = 6;
    public const int MaxDigits = 8;

    private const int StepSeconds = 300;

    // Keeps these keys apart from whatever else may be made of the same secret one day.
    private static readonly byte[] Label = "mfa-gateway magic code 1"u8.ToArray();

    /// <summary>The step of a moment: whole periods of five minutes since 1970-01-01T00:00:00Z.</summary>
    public static long StepAt(DateTimeOffset now) => now.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>
    /// The code of a step. The key is HMAC-SHA256 of the account's id and address under the application's secret, the code
    /// that of RFC 6238 with SHA-256.
    /// </summary>
    /// <param name="ownerId">The account's id, or that of a request without an account.</param>
    /// <param name="foldedEmail">The result of <c>EmailAddress.Fold</c>: a code does not survive a change of the address.</param>
    /// <param name="digits"><see cref="MinDigits"/> to <see cref="MaxDigits"/>.</param>
    public static string Compute(ApplicationSecret secret, string ownerId, string foldedEmail, long step, int digits)
    {
        var key = HMACSHA256.HashData(secret.AsSpan(), Describe(ownerId, foldedEmail));
        try
        {
            return HotpKey.CreateHotp(key, TotpHash.Sha256, digits).ComputeHOTP(step);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Each part after its length, so that no two pairs read alike.</summary>
    private static byte[] Describe(string ownerId, string foldedEmail)
    {
        using var text = new MemoryStream();
        text.Write(Label);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in (string[])[ownerId, foldedEmail])
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            text.Write(length);
            text.Write(bytes);
        }

        return text.ToArray();
    }
}
