using System.Globalization;
using MfaGateway.Core.Factors;

namespace MfaGateway.Storage.Sql;

/// <summary>How values stand in columns, the same on every engine: times as unix milliseconds, proofs as text.</summary>
internal static class Columns
{
    /// <summary>Fractions of a millisecond are dropped.</summary>
    public static long FromTime(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static long? FromTime(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    public static DateTimeOffset ToTime(long value) => DateTimeOffset.FromUnixTimeMilliseconds(value);

    public static DateTimeOffset? ToTime(long? value) => value is { } known ? ToTime(known) : null;

    public static long FromFlag(bool flag) => flag ? 1 : 0;

    private const char ByMail = 'm';

    /// <summary>
    /// <c>1@1700000000000 3@1700000005000/wiki</c>; a password that rests on the mailbox ends with <c>m</c>; a mailed code is followed by its
    /// application, and <c>/lax</c> where it is too lax.
    /// </summary>
    public static string FromProofs(IReadOnlyList<Proof> proofs) => string.Join(' ', proofs.Select(FromProof));

    public static IReadOnlyList<Proof> ToProofs(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ToProof)];

    private static string FromProof(Proof proof)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{(int)proof.Factor}@{FromTime(proof.At)}{(proof.ByMail ? "m" : "")}");
        return proof.Application is not { } application
            ? text
            : $"{text}/{Uri.EscapeDataString(application)}{(proof.IsTooLax ? "/lax" : string.Empty)}";
    }

    private static Proof ToProof(string text)
    {
        var parts = text.Split('/');
        var at = parts[0].IndexOf('@', StringComparison.Ordinal);
        return new Proof(
            (FactorKind)int.Parse(parts[0].AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture),
            ToTime(long.Parse(parts[0].AsSpan(at + 1).TrimEnd(ByMail), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)))
        {
            ByMail = parts[0].EndsWith(ByMail),
            Application = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : null,
            IsTooLax = parts.Length > 2,
        };
    }
}
