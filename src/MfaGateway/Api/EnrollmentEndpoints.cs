using System.ComponentModel;
using MfaGateway.Core.Challenges;
using MfaGateway.Hardening;
using MfaGateway.Pages;

namespace MfaGateway.Api;

/// <summary>Enrolling an authenticator inside a flow, and the recovery codes that come with it.</summary>
public static class EnrollmentEndpoints
{
    private static readonly Problem[] NotHere = [ApiProblems.FlowExpired, ApiProblems.StepNotAsked];

    private static readonly Problem[] Refusals =
    [
        .. NotHere, ApiProblems.MalformedAnswer, ApiProblems.WrongAnswer, ApiProblems.FlowEnded, ApiProblems.OtherFlow, ApiProblems.TooManyAttempts,
    ];

    public static void MapEnrollment(this RouteGroupBuilder api)
    {
        var enroll = api.MapGroup("/enroll").WithTags("Enrolment");
        enroll.MapPost("/code", GiveCodeAsync).AllowAnonymous().Produces<FlowState>().Fails(Refusals)
            .Describe("answerEnrollmentCode", "The code that an administrator has handed over with a reset.");
        enroll.MapPost("/totp", OfferAsync).AllowAnonymous().Produces<NewAuthenticator>().Fails(NotHere)
            .Describe("generateTotp", "The secret of a new authenticator.", "The same one as long as the flow lives. It replaces nothing until a code of it was confirmed.");
        enroll.MapPost("/totp/confirm", ConfirmAsync).AllowAnonymous().Produces<FlowState>()
            .Fails([.. Refusals, ApiProblems.CodeAlreadyUsed])
            .Describe("confirmTotp", "The first code of the new authenticator, which keeps it.");
        enroll.MapGet("/recovery-codes", ReadCodesAsync).AllowAnonymous().Produces<UnsavedCodes>().Fails(NotHere)
            .Describe("getUnsavedRecoveryCodes", "Recovery codes that were just made.", "They can be read until the person says that they are saved, and never again.");
        enroll.MapPost("/recovery-codes/saved", SaveAsync).AllowAnonymous().Produces<FlowState>()
            .Fails([.. NotHere, ApiProblems.OtherFlow])
            .Describe("confirmRecoveryCodesSaved", "The person has saved the recovery codes.");
    }

    private static Task<IResult> GiveCodeAsync(HttpContext context, Body<CodeAnswer> body, ApiWalk walk, EnrollmentService enrollment) =>
        walk.AnswerAsync(
            context, ChallengeStep.EnrollmentCode, body.Value.Flow,
            (flow, client) => enrollment.GiveCodeAsync(flow, body.Value.Code, client, context.RequestAborted));

    private static async Task<IResult> OfferAsync(
        HttpContext context, ApiWalk walk, EnrollmentService enrollment, SiteNames site, CancellationToken cancellationToken) =>
        await enrollment.OfferAsync(walk.FlowToken(context), site.Of(context), cancellationToken) is { } offer
            ? Results.Json(NewAuthenticator.Of(offer))
            : await walk.ElsewhereAsync(context, cancellationToken);

    private static Task<IResult> ConfirmAsync(HttpContext context, Body<TotpConfirmation> body, ApiWalk walk, EnrollmentService enrollment) =>
        walk.AnswerAsync(
            context, ChallengeStep.EnrollTotp, body.Value.Flow,
            (flow, client) => enrollment.ConfirmAsync(flow, body.Value.Code, body.Value.Name, client, context.RequestAborted));

    private static async Task<IResult> ReadCodesAsync(
        HttpContext context, ApiWalk walk, EnrollmentService enrollment, CancellationToken cancellationToken) =>
        await enrollment.FindUnsavedCodesAsync(walk.FlowToken(context), cancellationToken) is { } codes
            ? Results.Json(new UnsavedCodes(codes))
            : await walk.ElsewhereAsync(context, cancellationToken);

    private static Task<IResult> SaveAsync(HttpContext context, Body<SavedConfirmation> body, ApiWalk walk, EnrollmentService enrollment) =>
        walk.AnswerAsync(
            context, ChallengeStep.SaveRecoveryCodes, body.Value.Flow,
            (flow, client) => enrollment.ConfirmSavedAsync(flow, client, context.RequestAborted));
}

/// <summary>An authenticator to scan or type.</summary>
public sealed record NewAuthenticator(
    [property: Description("Base32, as authenticator apps take it.")] string Secret,
    [property: Description("The otpauth: link.")] string Uri,
    [property: Description("The link as a QR code: a PNG in a data: URL.")] string QrCode,
    string Algorithm,
    int Digits,
    int PeriodSeconds)
{
    public static NewAuthenticator Of(EnrollmentOffer offer) => new(
        offer.Secret.ToBase32(), offer.Uri.Value, QrPictures.DataUrl(offer.Uri.Value),
        offer.Parameters.AlgorithmName, offer.Parameters.Digits, offer.Parameters.PeriodSeconds);

    public override string ToString() => nameof(NewAuthenticator);
}

/// <summary>A code that the new authenticator shows.</summary>
public sealed record TotpConfirmation(string Code)
{
    [Description("What the person calls the device.")]
    public string? Name { get; init; }

    [Description("The flow that the answer is meant for, as it was told.")]
    public string? Flow { get; init; }

    public override string ToString() => nameof(TotpConfirmation);
}

/// <summary>Recovery codes to save.</summary>
public sealed record UnsavedCodes(IReadOnlyList<string> Codes)
{
    public override string ToString() => nameof(UnsavedCodes);
}

/// <summary>The person has saved them.</summary>
public sealed record SavedConfirmation
{
    [Description("The flow that the answer is meant for, as it was told.")]
    public string? Flow { get; init; }
}
