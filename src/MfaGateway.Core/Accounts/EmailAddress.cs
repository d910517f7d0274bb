using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MfaGateway.Core.Accounts;

/// <summary>
/// One mailbox that mail can be sent to: <c>local@domain</c> and nothing else. Narrower than RFC 5321 on purpose (no
/// quoted local parts, no address literals), so that an address is safe in a header, in a log and as an argument.
/// </summary>
public sealed record EmailAddress
{
    /// <summary>RFC 5321 4.5.3.1.3, less the angle brackets.</summary>
    public const int MaxLength = 254;

    private const int MaxLocalLength = 64; // RFC 5321 4.5.3.1.1
    private const string AtomSigns = "!#$%&'*+-/=?^_`{|}~"; // RFC 5322 3.2.3

    private static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = true };

    private EmailAddress(string local, string domain)
    {
        Value = $"{local}@{domain}";
        // The standard lets servers tell "Ada" from "ada"; none does, and people type both.
        Folded = Value.ToLowerInvariant();
    }

    /// <summary>What mail is sent to: the local part as typed, the domain in lower case and as punycode. ASCII alone.</summary>
    public string Value { get; }

    /// <summary>The one form by which addresses are compared and looked up.</summary>
    public string Folded { get; }

    /// <summary>The ways in which the same address may be written: with its domain as punycode and in the domain's own script.</summary>
    public IEnumerable<string> Spellings
    {
        get
        {
            var at = Value.IndexOf('@', StringComparison.Ordinal) + 1;
            return new[] { Value, Value[..at] + Idn.GetUnicode(Value[at..]) }.Distinct(StringComparer.Ordinal);
        }
    }

    /// <summary>Reads an address. Blanks at the ends are forgiven, since pasting brings them.</summary>
    /// <returns>False for anything that is not exactly one plain mailbox: display names, lists, comments, line ends.</returns>
    public static bool TryParse(string? typed, [NotNullWhen(true)] out EmailAddress? address)
    {
        address = null;
        // A domain in another script may be shorter than its punycode, never four times longer.
        if (typed is null || typed.Length > 4 * MaxLength)
            return false;
        var text = typed.Trim(' ');
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0 || !IsLocalPart(text[..at]) || !TryReadDomain(text[(at + 1)..], out var domain))
            return false;
        var candidate = new EmailAddress(text[..at], domain);
        if (candidate.Value.Length > MaxLength)
            return false;
        address = candidate;
        return true;
    }

    /// <summary>
    /// <see cref="Folded"/> of whatever a stranger sends. What is no address folds to "", which no account has.
    /// </summary>
    public static string Fold(string? typed) => TryParse(typed, out var address) ? address.Folded : "";

    public bool Equals(EmailAddress? other) => other is not null && Folded == other.Folded;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Folded);

    public override string ToString() => Value;

    private static bool IsLocalPart(string local) =>
        local.Length is > 0 and <= MaxLocalLength
        && local[0] != '-' // would read as an option where mail goes out through a sendmail command
        && !local.Contains("=?", StringComparison.Ordinal) // RFC 2047: some servers decode it even here, and find another address in it
        && local.Split('.').All(atom => atom.Length > 0 && atom.All(IsAtomCharacter));

    private static bool IsAtomCharacter(char c) =>
        char.IsAsciiLetterOrDigit(c) || AtomSigns.Contains(c, StringComparison.Ordinal);

    private static bool TryReadDomain(string text, [NotNullWhen(true)] out string? domain)
    {
        domain = null;
        if (text.Length == 0 || text.EndsWith('.'))
            return false;
        try
        {
            domain = Idn.GetAscii(text).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return false; // that is how IdnMapping says no
        }

        var labels = domain.Split('.');
        if (labels.All(IsLabel) && !labels[^1].All(char.IsAsciiDigit)) // all digits at the end: an IP address
            return true;
        domain = null;
        return false;
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63
        && label[0] != '-' && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
