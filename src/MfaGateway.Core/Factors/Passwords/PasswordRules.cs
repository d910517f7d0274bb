using System.Globalization;
using System.Text;

namespace MfaGateway.Core.Factors.Passwords;

/// <summary>
/// What a new password must be: long, not among the commonest, not made of what is known of the person, and not
/// quickly guessed. No rules of composition: they make passwords worse (NIST SP 800-63B 3.1.1.2). Asked only when a
/// password is set, never at sign-in.
/// </summary>
public static class PasswordRules
{
    /// <summary>Counted in Unicode code points.</summary>
    public const int MinCharacters = 12;

    // zxcvbn's 3 of 0..4: some 10^8 guesses or more, out of reach for anyone who has to ask us for each of them.
    private const int MinScore = 3;

    // The estimate's time grows faster than the text (0.5 ms at 12 characters, 20 ms at 100, 200 ms at 400), and
    // setting a password must not become a way to load the machine. More text only makes a guess harder, so the
    // strength of the beginning is a floor for the whole.
    private const int EstimatedCharacters = 100;

    private const string Common =
        "This is one of the first passwords that an attacker tries: choose three or four words that have nothing to do with each other.";

    private const string Personal =
        "This is made of your name, your address or the name of this site: choose words that no one connects with you.";

    private const string Weak =
        "This can be guessed too quickly: add two or three words that have nothing to do with each other.";

    private static readonly NewPasswordVerdict.Accepted AcceptedVerdict = new();

    /// <summary>Judges a password that a person wants to have.</summary>
    /// <param name="password">As typed; normalized here the way <see cref="PasswordText"/> does it.</param>
    /// <param name="personalWords">
    /// What others know: user name, display name, e-mail address, the site's name. Whole texts; they are taken apart here.
    /// </param>
    public static NewPasswordVerdict Check(string password, IReadOnlyList<string> personalWords)
    {
        if (!PasswordText.IsText(password))
            return Refuse("Leave out the invisible character in this password: it cannot be typed again.");
        if (!PasswordText.TryNormalize(password, out var text))
        {
            return Refuse(password.Length == 0
                ? Invariant($"Use at least {MinCharacters} characters.")
                : Invariant($"Use a shorter password: {PasswordText.MaxBytes:N0} bytes is the most that fits."));
        }

        var length = text.EnumerateRunes().Count();
        if (length < MinCharacters)
            return Refuse(Invariant($"Use at least {MinCharacters} characters: this has {length}."));
        return Judge(text, PersonalWords.TakeApart(personalWords));
    }

    private static NewPasswordVerdict Judge(string text, IReadOnlySet<string> personal)
    {
        var kernels = PasswordKernel.Of(text);
        if (kernels.Any(CommonPasswords.Contains))
            return Refuse(Common);
        if (kernels.Any(personal.Contains))
            return Refuse(Personal);
        if (Score(text, personal) >= MinScore)
            return AcceptedVerdict;
        // Worth saying apart: the same text may be fine for somebody else.
        return personal.Count > 0 && Score(text, new HashSet<string>()) >= MinScore ? Refuse(Personal) : Refuse(Weak);
    }

    private static int Score(string text, IReadOnlySet<string> personal)
    {
        // The estimator counts every repetition as new; someone who guesses does not.
        var unit = PasswordKernel.RepeatedUnit(text);
        var beginning = unit.Length > EstimatedCharacters ? unit[..EstimatedCharacters] : unit;
        // A fresh one reads its dictionaries anew, some 11 ms: little beside the hash that follows, and nobody sets
        // passwords often. Whether one may be shared between threads is not documented, and it would hold megabytes.
        return new Zxcvbn.Zxcvbn().EvaluatePassword(beginning, personal).Score;
    }

    private static NewPasswordVerdict.Refused Refuse(string advice) => new(advice);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
