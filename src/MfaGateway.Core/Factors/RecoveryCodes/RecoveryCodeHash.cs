using System.Security.Cryptography;
using System.Text;

namespace MfaGateway.Core.Factors.RecoveryCodes;

/// <summary>
/// How recovery codes are kept. All codes of one set share one salt, so that a try costs one slow hash whatever the
/// number of codes, and the store finds and consumes the row in one conditional statement: <c>UPDATE ... WHERE account
/// AND hash AND unused</c>. Sharing gives nothing away: the codes are 80 random bits each and never equal, and the salt
/// still differs from set to set.
/// </summary>
/// <remarks>
/// PBKDF2-HMAC-SHA256 because below 112 bits NIST SP 800-63B asks look-up secrets to be salted and hashed slowly.
/// 20,000 rounds, far fewer than for a password: the rounds add 14 bits to the 80 that nobody can search anyway,
/// while they cost the server at every try. Both salt and hash begin with a version byte, so that later sets may be
/// hashed otherwise while earlier ones stay good.
/// </remarks>
public static class RecoveryCodeHash
{
    /// <summary>Version byte and 32 bytes of PBKDF2.</summary>
    public const int HashLength = 1 + SHA256.HashSizeInBytes;

    /// <summary>Version byte and 16 random bytes.</summary>
    public const int SaltLength = 1 + 16;

    private const byte Pbkdf2Sha256Rounds20000 = 1;
    private const int Rounds = 20_000;

    /// <summary>A fresh salt for a new set. Not secret; one for all codes of the set.</summary>
    public static byte[] NewSalt()
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        salt[0] = Pbkdf2Sha256Rounds20000;
        return salt;
    }

    /// <summary>The hash by which the store finds the code. The same for the same code and salt, always.</summary>
    /// <param name="code">The code made or typed.</param>
    /// <param name="salt">
    /// The set's own, from the store. For an account without a set use <see cref="NewSalt"/>: the try then takes as
    /// long as any other, and time does not tell that there is none.
    /// </param>
    /// <exception cref="FormatException">The salt is not of a version this program knows.</exception>
    public static byte[] Create(RecoveryCode code, ReadOnlySpan<byte> salt)
    {
        if (salt.Length != SaltLength || salt[0] != Pbkdf2Sha256Rounds20000)
            throw new FormatException("This salt of recovery codes was not made by this version of the program or an earlier one.");
        var hash = new byte[HashLength];
        hash[0] = salt[0];
        Rfc2898DeriveBytes.Pbkdf2(
            Encoding.ASCII.GetBytes(code.ToCanonical()), salt[1..], hash.AsSpan(1), Rounds, HashAlgorithmName.SHA256);
        return hash;
    }
}
