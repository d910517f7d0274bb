using System.Security.Cryptography;

namespace MfaGateway.Core.Factors.MagicCodes;

/// <summary>The key of an application, from which the codes for it are made. It can't be printed.</summary>
public sealed class ApplicationSecret
{
    public const int Size = 32;

    private readonly byte[] _bytes;

    private ApplicationSecret(int generation, byte[] bytes) => (Generation, _bytes) = (generation, bytes);

    /// <summary>1 for an application's first, one more after each rotation.</summary>
    public int Generation { get; }

    /// <param name="generation">1 or more.</param>
    public static ApplicationSecret New(int generation) => new(generation, RandomNumberGenerator.GetBytes(Size));

    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static ApplicationSecret FromBytes(int generation, ReadOnlySpan<byte> bytes) =>
        bytes.Length == Size
            ? new(generation, bytes.ToArray())
            : throw new ArgumentException($"An application's secret has {Size} bytes, not {bytes.Length}.", nameof(bytes));

    public ReadOnlySpan<byte> AsSpan() => _bytes;

    public override string ToString() => nameof(ApplicationSecret);
}
