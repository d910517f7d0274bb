using System.ComponentModel;
using MfaGateway.Access;
using MfaGateway.Challenges;
using MfaGateway.Core.Access;
using MfaGateway.Core.Challenges;
using MfaGateway.Hardening;

namespace MfaGateway.Api;

/// <summary>The way in and out: the first answer, proving more, signing out, and what is asked next.</summary>
public static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup(string.Empty).WithTags("Sign-in");
        api.MapGet("/flow", FindAsync).AllowAnonymous().Produces<FlowState>()
            .Describe("getFlow", "What is asked next of this browser.");
        api.MapPost("/sign-in", SignInAsync).AllowAnonymous().Produces<FlowState>()
            .Fails(ApiProblems.MalformedAnswer, ApiProblems.WrongCredentials, ApiProblems.TooManyAttempts)
            .Describe("signIn", "The first answer: a user name and a password.", "Says the same of unknown, disabled and locked accounts as of wrong passwords.");
        api.MapPost("/sign-in/code", RequestCodeAsync).AllowAnonymous().Produces<FlowState>()
            .Fails(ApiProblems.MalformedAnswer, ApiProblems.WayInOff, ApiProblems.TooManyAttempts)
            .Describe("requestMailedCode", "Asks for a code by e-mail, in place of user name and password.", "Answers the same whether or not anybody has the address, and mails only where somebody may sign in this way.");
        api.MapPost("/step-up", StepUpAsync).AllowAnonymous().Produces<FlowState>()
            .Fails(ApiProblems.SignInRequired, ApiProblems.FlowExpired)
            .Describe("stepUp", "Begins to ask a signed-in person for what a policy demands beyond what the session has proved.");
        api.MapPost("/sign-out", SignOutAsync).AllowAnonymous().Produces(StatusCodes.Status204NoContent)
            .Describe("signOut", "Ends the session, and a flow that is under way.");
    }

    private static async Task<IResult> FindAsync(HttpContext context, ApiWalk walk, CancellationToken cancellationToken) =>
        Results.Json(await walk.FindAsync(context, cancellationToken));

    private static async Task<IResult> SignInAsync(
        HttpContext context, Body<Credentials> body, ChallengeStart start, ApiWalk walk, TimeProvider time, CancellationToken cancellationToken)
    {
        var given = body.Value;
        if (given.UserName.Length == 0 || given.Password.Length == 0)
            return new ProblemResult(ApiProblems.MalformedAnswer);

        var outcome = await start.SignInAsync(
            context, given.UserName, given.Password, ReturnUrls.CheckOrRoot(given.ReturnUrl), cancellationToken);
        return outcome switch
        {
            ChallengeOutcome.Refused { Reason: ChallengeRefusal.Limited } limited => new ProblemResult(
                ApiProblems.Limited(limited.RetryAt - time.GetUtcNow()) with { RetryAt = limited.RetryAt }),
            ChallengeOutcome.Refused => new ProblemResult(ApiProblems.WrongCredentials),
            _ => await walk.FollowAsync(context, outcome),
        };
    }

    private static Task<IResult> RequestCodeAsync(HttpContext context, Body<WantedCode> body, ApiCodes codes) =>
        codes.RequestAsync(context, body.Value.Email, ReturnUrls.CheckOrRoot(body.Value.ReturnUrl));

    private static async Task<IResult> StepUpAsync(
        HttpContext context, Body<WantedPolicy> body, ChallengeStart start, ApiWalk walk, AccessProblems problems, CancellationToken cancellationToken)
    {
        var outcome = await start.StepUpAsync(
            context, body.Value.Policy, ReturnUrls.CheckOrRoot(body.Value.ReturnUrl), cancellationToken);
        return outcome switch
        {
            null => new ProblemResult(problems.For(new AccessRefusal(AccessDecision.SignIn, AccessPolicy.OneFactor))),
            ChallengeOutcome.Refused => await walk.WithoutFlowAsync(context),
            _ => await walk.FollowAsync(context, outcome),
        };
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, SignOuts signOuts, CancellationToken cancellationToken)
    {
        await signOuts.EndAsync(context, cancellationToken);
        return Results.NoContent();
    }
}

/// <summary>The first answer.</summary>
public sealed record Credentials(
    [property: Description("The user name or the e-mail address of the account, in any letter case.")] string UserName, string Password)
{
    [Description("Where the person wants to go: a path of this site; anything else counts as /.")]
    public string? ReturnUrl { get; init; }

    public override string ToString() => nameof(Credentials);
}

/// <summary>Where a code is to be mailed.</summary>
public sealed record WantedCode(string Email)
{
    [Description("Where the person wants to go: a path of this site; anything else counts as /.")]
    public string? ReturnUrl { get; init; }
}

/// <summary>What a signed-in person is to prove.</summary>
public sealed record WantedPolicy
{
    [Description("The policy that was not met, from a problem of the type step-up-required; without it, that of returnUrl.")]
    public string? Policy { get; init; }

    [Description("Where the person wants to go: a path of this site; anything else counts as /.")]
    public string? ReturnUrl { get; init; }
}
