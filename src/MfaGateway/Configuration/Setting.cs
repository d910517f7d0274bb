using System.Globalization;

namespace MfaGateway.Configuration;

/// <summary>What one setting may hold. The fault lines, <c>config/README.md</c> and the schema say it in these words.</summary>
/// <param name="Key">Under <c>MfaGateway</c>; <c>*</c> stands for a name that the operator chooses.</param>
/// <param name="Allowed">Goes on from "must be".</param>
public sealed record Setting(string Key, string Allowed)
{
    /// <summary>Judges the parsed value (of a list: each entry); null where it is judged elsewhere, together with others.</summary>
    public Func<object, bool>? IsAllowed { get; init; }

    /// <summary>The value is never shown, not even when it is wrong.</summary>
    public bool IsSecret { get; init; }

    public static Setting Number(string key, int least, int most) => new(key, string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"))
    {
        IsAllowed = value => value is int number && number >= least && number <= most,
    };

    public static Setting Number(string key, string allowed, Func<int, bool> isAllowed) =>
        new(key, allowed) { IsAllowed = value => value is int number && isAllowed(number) };

    /// <param name="least">In the constant form, <c>[d.]hh:mm:ss</c>.</param>
    /// <param name="most">The same.</param>
    public static Setting Duration(string key, string least, string most)
    {
        var (from, to) = (TimeSpan.ParseExact(least, "c", CultureInfo.InvariantCulture), TimeSpan.ParseExact(most, "c", CultureInfo.InvariantCulture));
        return new(key, $"{least} to {most}") { IsAllowed = value => value is TimeSpan span && span >= from && span <= to };
    }

    public static Setting Text(string key, string allowed, Func<string, bool> isAllowed) =>
        new(key, allowed) { IsAllowed = value => value is string text && isAllowed(text) };

    /// <summary>A fixed set of names; the type of the option knows them.</summary>
    public static Setting Choice(string key, string allowed) => new(key, allowed) { IsAllowed = _ => true };
}
