using System.Globalization;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Storage.Sql;

/// <summary>How values stand in columns, the same on every engine: times as unix milliseconds, proofs as text.</summary>
internal static class Columns
{
    /// <summary>Fractions of a millisecond are dropped.</summary>
    public static long FromTime(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    /// <summary>The latest time that something stored may name and still be of the past: clocks of several nodes differ a little.</summary>
    public static long LatestOf(DateTimeOffset now) => FromTime(now + ClockRules.MaxBehind);

    public static long? FromTime(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    public static DateTimeOffset ToTime(long value) => DateTimeOffset.FromUnixTimeMilliseconds(value);

    public static DateTimeOffset? ToTime(long? value) => value is { } known ? ToTime(known) : null;

    public static long FromFlag(bool flag) => flag ? 1 : 0;

    private const char ByMail = 'm';

    /// <summary><c>1@1700000000000 2@1700000005000</c>; a password that rests on the mailbox ends with <c>m</c>.</summary>
    public static string FromProofs(IReadOnlyList<Proof> proofs) => string.Join(
        ' ', proofs.Select(proof => string.Create(CultureInfo.InvariantCulture, $"{(int)proof.Factor}@{FromTime(proof.At)}{(proof.ByMail ? "m" : "")}")));

    public static IReadOnlyList<Proof> ToProofs(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ToProof)];

    private static Proof ToProof(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return new Proof(
            (FactorKind)int.Parse(text.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture),
            ToTime(long.Parse(text.AsSpan(at + 1).TrimEnd(ByMail), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)))
        { ByMail = text.EndsWith(ByMail) };
    }
}
