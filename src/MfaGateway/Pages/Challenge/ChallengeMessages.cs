namespace MfaGateway.Pages.Challenge;

/// <summary>What pages say after the first factor was right. Only then may a message tell what exactly is wrong.</summary>
public static class ChallengeMessages
{
    public const string OtherTab =
        "Another sign-in was started in another tab, so this form was out of date. Nothing was counted: please answer again here.";

    public const string Ended =
        "There were too many wrong answers, so this sign-in was stopped. Start again with your password.";

    public const string ChangeEnded =
        "There were too many wrong codes, so we stopped. Everything is as it was before.";

    public const string MailedCodesEnded =
        "There were too many wrong codes, or a wrong number, so this sign-in was stopped. The codes that we sent no longer work.";

    public const string MailedCodeTooOld = "This code is right, but it has expired. Ask for a new one.";

    public const string MailedCodeUsed = "This code was already used for another sign-in. Open the link in the mail instead, or ask for another code in five minutes.";

    public const string MailedCodeWrong = "This code is not right. Enter the one from the mail.";

    public const string NoMoreCodes = "As many codes were asked for as one sign-in may have. If none arrives, start again.";

    /// <param name="wait">Until another code may be asked for.</param>
    public static string CodeTooSoon(TimeSpan wait) => FormattableString.Invariant(
        $"Mail takes a moment. You can ask for another code in {Math.Max(1, Math.Ceiling(wait.TotalSeconds))} seconds.");

    /// <param name="wait">Until there is a new code; null where that is not known.</param>
    public static string AlreadyUsed(TimeSpan? wait) => wait is { TotalSeconds: > 0 and < 120 } span
        ? FormattableString.Invariant($"This code was already used. Wait {Math.Ceiling(span.TotalSeconds)} seconds for the next one.")
        : "This code was already used. Wait until your app shows a new one.";

    public static string TooOld(TimeSpan age) => FormattableString.Invariant(
        $"This code is old. If your app shows it right now, the phone's clock is about {Minutes(age)} slow: set it to automatic time.");

    /// <param name="wait">Null where waiting alone does not help.</param>
    public static string Limited(TimeSpan? wait) => wait is { } span
        ? FormattableString.Invariant($"There were too many wrong answers. Wait {Minutes(span)}, then try again.")
        : "There were so many wrong answers that this way is closed. Use another way, or turn to the administrator of this site.";

    /// <summary>Rounded up; from two hours on in hours.</summary>
    public static string Minutes(TimeSpan span)
    {
        var minutes = (long)Math.Max(1, Math.Ceiling(span.TotalMinutes));
        return minutes switch
        {
            1 => "1 minute",
            < 120 => FormattableString.Invariant($"{minutes} minutes"),
            _ => FormattableString.Invariant($"{Math.Ceiling(span.TotalHours)} hours"),
        };
    }

    public static string Left(int? attempts) => attempts switch
    {
        null => string.Empty,
        1 => " You have one more try.",
        _ => FormattableString.Invariant($" You have {attempts} more tries."),
    };
}
