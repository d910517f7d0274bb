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

    public const string AlreadyUsed = "This code can't be used any more. Wait until your app shows a new one.";

    public static string Left(int? attempts) => attempts switch
    {
        null => string.Empty,
        1 => " You have one more try.",
        _ => FormattableString.Invariant($" You have {attempts} more tries."),
    };
}
