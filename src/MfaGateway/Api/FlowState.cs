using System.ComponentModel;
using MfaGateway.Core.Challenges;

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
    DateTimeOffset? EnrollmentCodeExpiresAt)
{
    public static FlowState Without(ApiStep next, string returnUrl) => new(
        next, [], returnUrl, Flow: null, ExpiresAt: null, UserName: null, TotpDigits: null, EnrollmentCodeExpiresAt: null);

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
            view.Step == ChallengeStep.EnrollmentCode ? view.CodeExpiresAt : null);
    }
}
