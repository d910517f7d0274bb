using System.ComponentModel;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;

namespace MfaGateway.Api;

/// <summary>Where a browser is in its challenge, and what is asked next.</summary>
public sealed record FlowState(
    [property: Description("What is asked next; done when nothing is.")] ApiStep Next,
    [property: Description("What may be given instead.")] IReadOnlyList<ApiStep> Alternatives,
    [property: Description("Where the person wants to go: a path of this site. To be opened when next is done.")] string ReturnUrl,
    [property: Description("The flow that is under way. Sent back with an answer, it keeps the answer from another tab's flow.")] string? Flow,
    [property: Description("When the flow is over.")] DateTimeOffset? ExpiresAt,
    [property: Description("Whose flow it is: there is one only after a right first answer.")] string? UserName,
    [property: Description("How long the code is that the authenticator shows; while a code is asked for.")] int? TotpDigits,
    [property: Description("Until when the administrator's code is taken, which may be over; while that is asked for.")]
    DateTimeOffset? EnrollmentCodeExpiresAt,
    [property: Description("The code that was mailed, while it is asked for; null before the first one was sent.")] MailedCodeState? MailedCode)
{
    public static FlowState Without(ApiStep next, string returnUrl) => new(
        next, [], returnUrl, Flow: null, ExpiresAt: null, UserName: null, TotpDigits: null, EnrollmentCodeExpiresAt: null, MailedCode: null);

    /// <summary>A browser that waits for a mailed code at the beginning of a sign-in: whose it is, nobody knows yet.</summary>
    public static FlowState Of(CodeRequest request, int most) => Without(ApiStep.MagicCode, request.ReturnUrl) with
    {
        Flow = request.Id,
        ExpiresAt = request.ExpiresAt,
        MailedCode = MailedCodeState.Of(request, most),
    };

    public static FlowState Of(ChallengeView view)
    {
        var asksCode = view.Step == ChallengeStep.Totp;
        return new(
            ApiSteps.Of(view.Step),
            asksCode && view.RecoveryCodes ? [ApiStep.RecoveryCode] : [],
            view.Flow.ReturnUrl,
            view.Flow.Id,
            view.Flow.ExpiresAt,
            view.Account.UserName,
            asksCode ? view.TotpDigits : null,
            view.Step == ChallengeStep.EnrollmentCode ? view.CodeExpiresAt : null,
            MailedCode: null);
    }
}

/// <summary>How it stands with a code that was mailed. The same whether or not anybody has the address.</summary>
public sealed record MailedCodeState(
    [property: Description("How many were asked for. Each stays good until one is used.")] int Sent,
    [property: Description("How many one sign-in may ask for.")] int Most,
    [property: Description("When another one may be asked for.")] DateTimeOffset NextSendAt,
    [property: Description("The end of the last one.")] DateTimeOffset ExpiresAt,
    [property: Description("What whoever opens the link elsewhere must know: shown here, and asked there.")] int MatchNumber,
    [property: Description("Whether the link was confirmed elsewhere: then POST /challenge/code/continue.")] bool Approved)
{
    public static MailedCodeState Of(CodeRequest request, int most) => new(
        request.CodesSent, most, request.NextSendAt, request.ExpiresAt, request.MatchNumber, request.State == CodeRequestState.Approved);

    public override string ToString() => nameof(MailedCodeState);
}
