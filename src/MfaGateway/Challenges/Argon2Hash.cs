using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MfaGateway.Configuration;
using NSec.Cryptography;

namespace MfaGateway.Challenges;

/// <summary>
/// A password's hash by Argon2id (RFC 9106) with one lane, in the PHC string format:
/// <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>, both in base64 without padding.
/// </summary>
/// <param name="Work">What it was made with.</param>
internal sealed record Argon2Hash(Argon2Work Work, byte[] Salt, byte[] Key)
{
    private const string Prefix = "$argon2id$v=19$";
    private const int SaltLength = 16; // RFC 9106, section 4
    private const int KeyLength = 32;

    public static Argon2Hash Create(string password, Argon2Work work)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        return new(work, salt, work.Derive(password, salt, KeyLength));
    }

    /// <returns>False where it is a hash of another kind.</returns>
    /// <exception cref="FormatException">It begins like one and is none.</exception>
    public static bool TryParse(string text, [NotNullWhen(true)] out Argon2Hash? hash)
    {
        hash = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
            return false;

        var parts = text[Prefix.Length..].Split('$');
        if (parts.Length != 3)
            throw new FormatException("An Argon2id hash in the store has no parameters, salt or key.");
        hash = new(Argon2Work.Parse(parts[0]), Decode(parts[1]), Decode(parts[2]));
        return hash.Salt.Length == SaltLength && hash.Key.Length == KeyLength
            ? true
            : throw new FormatException("An Argon2id hash in the store has a salt or a key of another length than ours.");
    }

    public bool Matches(string password) =>
        CryptographicOperations.FixedTimeEquals(Work.Derive(password, Salt, Key.Length), Key);

    public override string ToString() => $"{Prefix}{Work}${Encode(Salt)}${Encode(Key)}";

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[] Decode(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
}

/// <summary>How much an Argon2id hash costs.</summary>
/// <param name="MemoryKib">In KiB; at least 8.</param>
/// <param name="Passes">Over that memory; at least 1.</param>
public sealed record Argon2Work(int MemoryKib, int Passes)
{
    public static Argon2Work Of(PasswordOptions options) => new(options.MemoryKib, options.Passes);

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static Argon2Work Parse(string text)
    {
        var fields = text.Split(',');
        return fields is [['m', '=', .. var memory], ['t', '=', .. var passes], "p=1"]
            && int.TryParse(memory, NumberStyles.None, CultureInfo.InvariantCulture, out var memoryKib) && memoryKib is >= 8 and <= PasswordOptions.MostMemoryKib
            && int.TryParse(passes, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= PasswordOptions.MostPasses
            ? new(memoryKib, count)
            : throw new FormatException("An Argon2id hash in the store has parameters that none of ours has.");
    }

    /// <summary>Computes the hash. It allocates the memory, and frees it, within the call.</summary>
    public byte[] Derive(string password, ReadOnlySpan<byte> salt, int length)
    {
        var algorithm = PasswordBasedKeyDerivationAlgorithm.Argon2id(
            new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = MemoryKib, NumberOfPasses = Passes });
        var bytes = Encoding.UTF8.GetBytes(password);
        try
        {
            return algorithm.DeriveBytes(bytes, salt, length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"m={MemoryKib},t={Passes},p=1");
}
