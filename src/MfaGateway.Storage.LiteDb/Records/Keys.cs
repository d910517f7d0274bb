using System.Buffers.Text;
using MfaGateway.Storage.LiteDb.Documents;

namespace MfaGateway.Storage.LiteDb.Records;

/// <summary>Keys of several parts: unique, and in the order of their parts, so that what belongs together is one range.</summary>
internal static class Keys
{
    /// <summary>ASCII's unit separator: in no id, name or address.</summary>
    private const char Separator = '\u001f';

    public static string Join(string first, string second) => $"{first}{Separator}{second}";

    /// <returns>Null where there is no first part, so that it is in no index.</returns>
    public static string? JoinIf(string? first, string second) => first is null ? null : Join(first, second);

    public static string Join(string first, long second) => Join(first, Text(second));

    /// <summary>In the order of the numbers, for numbers from 0.</summary>
    public static string Text(long number) => number.ToString("d19", System.Globalization.CultureInfo.InvariantCulture);

    public static string Text(byte[] hash) => Base64Url.EncodeToString(hash);

    public static byte[] ToBytes(string hash) => Base64Url.DecodeFromChars(hash);

    public static string FirstOf(string key) => key[..key.IndexOf(Separator, StringComparison.Ordinal)];

    public static string SecondOf(string key) => key[(key.IndexOf(Separator, StringComparison.Ordinal) + 1)..];

    /// <summary>All keys with this first part.</summary>
    public static KeyRange Under(string first) => KeyRange.Prefix($"{first}{Separator}");
}
