namespace MfaGateway.Core.Factors.Totp;

/// <summary>
/// What an authenticator was made with. Each authenticator keeps its own values for life, so that a change of the
/// settings never breaks one that is enrolled. An instance is always valid.
/// </summary>
public sealed record TotpParameters
{
    public const int MinPeriodSeconds = 15;
    public const int MaxPeriodSeconds = 120;

    /// <summary>SHA-1, 6 digits, 30 seconds: the one combination that every authenticator app understands.</summary>
    public static TotpParameters Default { get; } = new(TotpHash.Sha1, 6, 30);

    /// <param name="algorithm">One of the three hashes of RFC 6238 1.2.</param>
    /// <param name="digits">6 or 8.</param>
    /// <param name="periodSeconds">15 to 120 seconds.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public TotpParameters(TotpHash algorithm, int digits, int periodSeconds)
    {
        if (!Enum.IsDefined(algorithm))
            throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "Must be Sha1, Sha256 or Sha512.");
        if (!IsAllowedDigits(digits))
            throw new ArgumentOutOfRangeException(nameof(digits), digits, "Must be 6 or 8.");
        if (!IsAllowedPeriod(periodSeconds))
            throw new ArgumentOutOfRangeException(nameof(periodSeconds), periodSeconds, "Must be 15 to 120 seconds.");
        Algorithm = algorithm;
        Digits = digits;
        PeriodSeconds = periodSeconds;
    }

    public TotpHash Algorithm { get; }

    public int Digits { get; }

    public int PeriodSeconds { get; }

    /// <summary>For the check of the settings at start, which lists every fault instead of throwing at the first.</summary>
    public static bool IsAllowedDigits(int digits) => digits is 6 or 8;

    /// <inheritdoc cref="IsAllowedDigits"/>
    public static bool IsAllowedPeriod(int seconds) => seconds is >= MinPeriodSeconds and <= MaxPeriodSeconds;

    /// <summary>The name in the <c>algorithm</c> parameter of an <c>otpauth:</c> link: SHA1, SHA256 or SHA512.</summary>
    public string AlgorithmName => Algorithm switch
    {
        TotpHash.Sha1 => "SHA1",
        TotpHash.Sha256 => "SHA256",
        _ => "SHA512",
    };
}
