using MfaGateway.Api;
using MfaGateway.Core.Challenges;
using MfaGateway.Hardening;
using MfaGateway.Pages.Challenge;

namespace MfaGateway.Challenges;

/// <summary>What a refused answer comes to, in status and words: the same on pages and in the JSON API.</summary>
public static class ChallengeRefusals
{
    private static readonly RefusalWords MailedWords = new(
        ChallengeMessages.MailedCodeWrong, "Enter the digits from the mail. Nothing was counted.", IsOwnChange: false);

    /// <summary>The problem; its detail is the sentence that a page shows.</summary>
    public static Problem Explain(ChallengeOutcome.Refused refused, RefusalWords words, DateTimeOffset now) =>
        ProblemOf(refused, words, now) with { AttemptsLeft = refused.AttemptsLeft, RetryAt = refused.RetryAt };

    private static Problem ProblemOf(ChallengeOutcome.Refused refused, RefusalWords words, DateTimeOffset now)
    {
        var wait = refused.RetryAt - now;
        var left = ChallengeMessages.Left(refused.AttemptsLeft);
        return refused.Reason switch
        {
            ChallengeRefusal.FlowExpired => ApiProblems.FlowExpired,
            ChallengeRefusal.FlowEnded => ApiProblems.FlowEnded with
            {
                Detail = words.IsOwnChange ? ChallengeMessages.ChangeEnded : ChallengeMessages.Ended,
            },
            ChallengeRefusal.Malformed => ApiProblems.MalformedAnswer with { Detail = words.Malformed },
            ChallengeRefusal.AlreadyUsed => ApiProblems.CodeAlreadyUsed with { Detail = ChallengeMessages.AlreadyUsed(wait) + left },
            ChallengeRefusal.TooOld => ApiProblems.CodeTooOld with { Detail = ChallengeMessages.TooOld(refused.Age!.Value) + left },
            ChallengeRefusal.Limited => ApiProblems.Limited(wait) with { Detail = ChallengeMessages.Limited(wait) },
            _ => ApiProblems.WrongAnswer with { Detail = words.Wrong + left },
        };
    }

    /// <summary>The same of a mailed code, for which other sentences are true.</summary>
    public static Problem ExplainMailed(ChallengeOutcome.Refused refused, DateTimeOffset now)
    {
        var problem = Explain(refused, MailedWords, now);
        var left = ChallengeMessages.Left(refused.AttemptsLeft);
        return refused.Reason switch
        {
            ChallengeRefusal.FlowEnded => problem with { Detail = ChallengeMessages.MailedCodesEnded },
            ChallengeRefusal.AlreadyUsed => problem with { Detail = ChallengeMessages.MailedCodeUsed + left },
            ChallengeRefusal.TooOld => problem with { Detail = ChallengeMessages.MailedCodeTooOld + left },
            _ => problem,
        };
    }
}

/// <param name="Wrong">What is said about a wrong answer.</param>
/// <param name="Malformed">What is said about an answer that is no code at all.</param>
/// <param name="IsOwnChange">Whether a signed-in person changes something of their own account.</param>
public sealed record RefusalWords(string Wrong, string Malformed, bool IsOwnChange);
