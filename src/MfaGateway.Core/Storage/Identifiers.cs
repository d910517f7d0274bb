using System.Security.Cryptography;

namespace MfaGateway.Core.Storage;

/// <summary>Names of rows: opaque, never reused, safe to show.</summary>
public static class Identifiers
{
    /// <summary>Of each.</summary>
    public const int Length = 32;

    /// <summary>128 random bits as 32 lower-case hexadecimal digits.</summary>
    public static string New() => RandomNumberGenerator.GetHexString(Length, lowercase: true);
}
