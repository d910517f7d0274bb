using System.ComponentModel;
using MfaGateway.Core.Challenges;
using MfaGateway.Hardening;

namespace MfaGateway.Api;

/// <summary>The answers to what a flow asks.</summary>
public static class ChallengeEndpoints
{
    private static readonly Problem[] Refusals =
    [
        ApiProblems.MalformedAnswer, ApiProblems.WrongAnswer, ApiProblems.FlowExpired, ApiProblems.FlowEnded,
        ApiProblems.StepNotAsked, ApiProblems.OtherFlow, ApiProblems.TooManyAttempts,
    ];

    public static void MapChallenges(this RouteGroupBuilder api)
    {
        var challenge = api.MapGroup("/challenge").WithTags("Challenge");
        challenge.MapPost("/totp", TotpAsync).AllowAnonymous().Produces<FlowState>()
            .Fails([.. Refusals, ApiProblems.CodeAlreadyUsed, ApiProblems.CodeTooOld])
            .Describe("answerTotp", "The code that the authenticator shows. A right one is taken once.");
        challenge.MapPost("/recovery-code", RecoveryCodeAsync).AllowAnonymous().Produces<FlowState>().Fails(Refusals)
            .Describe("answerRecoveryCode", "A recovery code in place of the authenticator's. A right one is taken once.");
        challenge.MapPost("/password", PasswordAsync).AllowAnonymous().Produces<FlowState>().Fails(Refusals)
            .Describe("answerPassword", "The password again, because its proof is too old.");
        challenge.MapPost("/code", MailedCodeAsync).AllowAnonymous().Produces<FlowState>()
            .Fails([.. Refusals, ApiProblems.CodeAlreadyUsed, ApiProblems.CodeTooOld])
            .Describe("answerMailedCode", "A code that was mailed: any of those that were sent for this sign-in.");
        challenge.MapPost("/code/send", SendCodeAsync).AllowAnonymous().Produces<FlowState>()
            .Fails(ApiProblems.FlowExpired, ApiProblems.FlowEnded, ApiProblems.StepNotAsked, ApiProblems.CodeTooSoon, ApiProblems.NoMoreCodes)
            .Describe("sendMailedCode", "Mails the first code of a step, or one code more; the ones before stay good.");
        challenge.MapPost("/code/continue", ContinueAsync).AllowAnonymous().Produces<FlowState>()
            .Fails(ApiProblems.FlowExpired, ApiProblems.FlowEnded, ApiProblems.StepNotAsked, ApiProblems.OtherFlow, ApiProblems.NotApproved)
            .Describe("continueAfterLink", "Goes on after the link in the mail was confirmed in another browser.");
    }

    private static Task<IResult> MailedCodeAsync(HttpContext context, Body<OneTimeCodeAnswer> body, ApiCodes codes) =>
        codes.AnswerAsync(context, body.Value);

    private static Task<IResult> SendCodeAsync(HttpContext context, ApiCodes codes) => codes.SendAsync(context);

    private static Task<IResult> ContinueAsync(HttpContext context, Body<CodeContinuation> body, ApiCodes codes) =>
        codes.ContinueAsync(context, body.Value);

    private static Task<IResult> TotpAsync(HttpContext context, Body<OneTimeCodeAnswer> body, ApiWalk walk, ChallengeService challenges) =>
        walk.AnswerAsync(
            context, ChallengeStep.Totp, body.Value.Flow,
            (flow, client) => challenges.AnswerTotpAsync(flow, body.Value.Code, client, context.RequestAborted),
            body.Value.RememberBrowser);

    private static Task<IResult> RecoveryCodeAsync(HttpContext context, Body<CodeAnswer> body, ApiWalk walk, ChallengeService challenges) =>
        walk.AnswerAsync(
            context, ChallengeStep.Totp, body.Value.Flow,
            (flow, client) => challenges.AnswerRecoveryCodeAsync(flow, body.Value.Code, client, context.RequestAborted));

    private static Task<IResult> PasswordAsync(HttpContext context, Body<PasswordAnswer> body, ApiWalk walk, ChallengeService challenges) =>
        walk.AnswerAsync(
            context, ChallengeStep.Password, body.Value.Flow,
            (flow, client) => challenges.AnswerPasswordAsync(flow, body.Value.Password, client, context.RequestAborted));
}

/// <summary>A code of an authenticator, or of a mail.</summary>
public sealed record OneTimeCodeAnswer(string Code)
{
    [Description("Whether this browser is known to the account for 90 days, or until it is closed.")]
    public bool RememberBrowser { get; init; }

    [Description("The flow that the answer is meant for, as it was told.")]
    public string? Flow { get; init; }

    public override string ToString() => nameof(OneTimeCodeAnswer);
}

/// <summary>A code that stands on paper.</summary>
public sealed record CodeAnswer(string Code)
{
    [Description("The flow that the answer is meant for, as it was told.")]
    public string? Flow { get; init; }

    public override string ToString() => nameof(CodeAnswer);
}

/// <summary>A password, asked for again.</summary>
public sealed record PasswordAnswer(string Password)
{
    [Description("The flow that the answer is meant for, as it was told.")]
    public string? Flow { get; init; }

    public override string ToString() => nameof(PasswordAnswer);
}

/// <summary>The link was confirmed.</summary>
public sealed record CodeContinuation
{
    [Description("Whether this browser is known to the account for 90 days, or until it is closed.")]
    public bool RememberBrowser { get; init; }

    [Description("The flow that the answer is meant for, as it was told.")]
    public string? Flow { get; init; }
}
