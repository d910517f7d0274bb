using System.Reflection;
using MfaGateway.Access;
using MfaGateway.Hardening;

namespace MfaGateway.Api;

/// <summary>Every problem that the API itself answers with. The names stay; docs/api.md and the OpenAPI document list them.</summary>
public static class ApiProblems
{
    public static Problem MalformedBody { get; } = new(
        400, "malformed-body", "What was sent is not the JSON that is asked for here.",
        "Members are named and typed as the OpenAPI document says, each once, and no others.");

    public static Problem MalformedAnswer { get; } = new(
        400, "malformed-answer", "This is no answer of the kind that is asked for.", "Nothing was counted.");

    public static Problem PasswordRefused { get; } = new(
        400, "password-refused", "The new password can't be taken.", "Choose another one.");

    public static Problem HeaderMissing { get; } = new(
        400, "csrf-header-missing", "The request does not show that a program of this site made it.",
        $"Send the header {ApiForgery.Header}: {ApiForgery.Value} with everything but GET.");

    public static Problem CrossOrigin { get; } = new(
        400, "cross-origin-request", "The request comes from another site.", "This API serves programs of its own origin, and programs that are no browser.");

    /// <summary>As an access policy refuses; see <see cref="AccessProblems"/>.</summary>
    public static Problem SignInRequired { get; } = new(401, "sign-in-required", "Sign in first.", Detail: null);

    public static Problem StepUpRequired { get; } = new(401, "step-up-required", "Prove again who you are.", Detail: null);

    public static Problem WrongCredentials { get; } = new(
        401, "wrong-credentials", "The user name or the password is not right.", Detail: null);

    public static Problem WrongAnswer { get; } = new(401, "wrong-answer", "This answer is not right.", Detail: null);

    public static Problem CodeAlreadyUsed { get; } = new(401, "code-already-used", "This code was already used.", Detail: null);

    public static Problem CodeTooOld { get; } = new(401, "code-too-old", "This code is too old.", Detail: null);

    public static Problem FlowExpired { get; } = new(
        401, "flow-expired", "There is no sign-in under way.", "It took too long, was replaced, or is over. See next.");

    public static Problem FlowEnded { get; } = new(
        401, "flow-ended", "There were too many wrong answers.", Detail: null);

    public static Problem BrowserChangesOff { get; } = new(
        403, "browser-changes-off", "Scripts in a browser may not do this here.",
        "Send the person to the gateway's own pages. The operator can allow it: MfaGateway:Api:BrowserChanges.");

    public static Problem NotFound { get; } = new(404, "not-found", "There is nothing at this address.", "See the OpenAPI document.");

    public static Problem WayInOff { get; } = new(404, "way-in-off", "Signing in this way is not available here.", "GET /settings says which ways in are on.");

    public static Problem NoSuchItem { get; } = new(404, "no-such-item", "This account has no such thing.", "It may be gone already.");

    public static Problem MethodNotAllowed { get; } = new(
        405, "method-not-allowed", "This address can't be used that way.", "The Allow header names the methods.");

    public static Problem StepNotAsked { get; } = new(
        409, "step-not-asked", "Something else is asked now.", "Nothing was counted. See next.");

    public static Problem NotApproved { get; } = new(
        409, "not-approved", "The link in the mail was not confirmed yet.", "Look at GET /flow every few seconds, or give the code.");

    public static Problem OtherFlow { get; } = new(
        409, "other-flow", "Another sign-in was started meanwhile.", "Nothing was counted. Look at what that one asks.");

    public static Problem NoSecondFactor { get; } = new(
        409, "no-second-factor", "There is no second factor that recovery codes could stand in for.", "Add an authenticator first.");

    public static Problem TooLarge { get; } = new(
        413, "too-large", "That is more than is taken here.", $"Send at most {BodyReader.MaxBytes} bytes.");

    public static Problem UnsupportedMediaType { get; } = new(
        415, "unsupported-media-type", "Only JSON is taken here.", $"Send {BodyReader.MediaType} in UTF-8.");

    public static Problem TooManyAttempts { get; } = new(
        429, "too-many-attempts", "There were too many wrong answers.", Detail: null);

    public static Problem CodeTooSoon { get; } = new(429, "code-too-soon", "Mail takes a moment.", Detail: null);

    public static Problem NoMoreCodes { get; } = new(
        429, "no-more-codes", "As many codes were asked for as one sign-in may have.", "If none arrives, start again.");

    public static Problem StoreUnavailable { get; } = new(503, "store-unavailable", "Sign-in is not possible right now.", Detail: null);

    public static Problem ClockBehind { get; } = new(503, "clock-behind", "Codes and links can't be checked right now.", Detail: null);

    public static Problem Busy { get; } = new(503, "busy", "Too many people are signing in at once.", Detail: null);

    public static Problem InternalError { get; } = new(500, "internal-error", "Something went wrong here.", Detail: null);

    /// <summary>What any request that may change something can meet.</summary>
    public static IReadOnlyList<Problem> OfEveryChange { get; } = [HeaderMissing, CrossOrigin, MalformedBody, TooLarge, UnsupportedMediaType, Busy];

    /// <summary>What an endpoint with an access policy refuses with.</summary>
    public static IReadOnlyList<Problem> OfEveryPolicy { get; } = [SignInRequired, StepUpRequired, AccessProblems.Denied];

    public static IReadOnlyList<Problem> OfEverything { get; } = [HttpsOnly.NeedsHttps, StoreUnavailable, ClockBehind, InternalError];

    /// <summary>All of them, by status and name.</summary>
    public static IReadOnlyList<Problem> All { get; } =
    [
        .. typeof(ApiProblems).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType == typeof(Problem))
            .Select(property => (Problem)property.GetValue(null)!)
            .Concat([AccessProblems.Denied, HttpsOnly.NeedsHttps])
            .OrderBy(problem => problem.Status).ThenBy(problem => problem.Name, StringComparer.Ordinal),
    ];

    /// <param name="wait">Until it makes sense to try again; null where waiting alone does not help.</param>
    public static Problem Limited(TimeSpan? wait) => TooManyAttempts with
    {
        RetryAfter = wait is { } span ? (int)Math.Max(1, Math.Ceiling(span.TotalSeconds)) : null,
    };

    /// <summary>Answers with it, as a program reads it.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        if (problem.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = context.RequestServices.GetRequiredService<AccessProblems>().Scheme;
        return Problems.WriteAsync(context, problem);
    }
}
