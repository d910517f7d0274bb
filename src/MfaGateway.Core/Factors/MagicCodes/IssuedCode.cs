namespace MfaGateway.Core.Factors.MagicCodes;

/// <summary>
/// The issue of a code: how it was made, and from when to when it is good. Not the code. What is configured meanwhile
/// changes nothing about it.
/// </summary>
/// <param name="Number">1 for a request's first.</param>
/// <param name="Generation">Of the application's secret.</param>
/// <param name="Step">Whose value it is; see <see cref="MagicCodeAlgorithm"/>.</param>
/// <param name="ExpiresAt">The first moment at which it is good no more.</param>
/// <param name="LinkHash">SHA-256 of the token of the link in the same mail.</param>
public sealed record IssuedCode(
    string Id,
    string RequestId,
    int Number,
    MagicCodeMethod Method,
    int Digits,
    int Generation,
    long Step,
    DateTimeOffset IssuedAt,
    DateTimeOffset ExpiresAt,
    byte[] LinkHash)
{
    public bool IsGoodAt(DateTimeOffset now) => IssuedAt <= now && now < ExpiresAt;
}

/// <summary>How a code was made. The numbers are stored: never reuse one.</summary>
public enum MagicCodeMethod
{
    /// <summary><see cref="MagicCodeAlgorithm"/>.</summary>
    TotpSha256 = 1,
}
