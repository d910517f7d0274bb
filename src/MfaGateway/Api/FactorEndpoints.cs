using System.ComponentModel;
using MfaGateway.Core.Access;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.SelfService;
using MfaGateway.Core.Throttling;
using MfaGateway.Pages;
using MfaGateway.Pages.Account;
using MfaGateway.Pages.Challenge;

namespace MfaGateway.Api;

/// <summary>A person's own authenticators, recovery codes and password. Changing any wants fresh proofs.</summary>
public static class FactorEndpoints
{
    public static void MapFactors(this RouteGroupBuilder api)
    {
        var seen = api.MapGroup("/account").WithTags("Own factors").RequireAuthorization(AccessPolicy.OneFactor.Name);
        seen.MapGet("/authenticators", ListAsync).Produces<AuthenticatorList>()
            .Describe("listAuthenticators", "The person's authenticators.");
        seen.MapGet("/recovery-codes", CountCodesAsync).Produces<RecoveryCodeCount>()
            .Describe("getRecoveryCodes", "How many recovery codes are left.");

        var changed = api.MapGroup("/account").WithTags("Own factors").RequireAuthorization(AccessPolicy.AccountChangeName);
        changed.MapPost("/authenticators", AddAsync).Produces<FlowState>().Fails(ApiProblems.FlowExpired)
            .Describe("addAuthenticator", "Begins the flow that adds an authenticator.");
        changed.MapPatch("/authenticators/{id}", RenameAsync).Produces(StatusCodes.Status204NoContent).Fails(ApiProblems.NoSuchItem)
            .Describe("renameAuthenticator", "Gives an authenticator another name.");
        changed.MapDelete("/authenticators/{id}", RemoveAsync).Produces(StatusCodes.Status204NoContent).Fails(ApiProblems.NoSuchItem)
            .Describe("removeAuthenticator", "Removes an authenticator.", "With the last one the second factor is off, and the recovery codes go too. Ends all other sessions.");
        changed.MapPost("/recovery-codes", RegenerateAsync).Produces<FlowState>().Fails(ApiProblems.NoSecondFactor)
            .Describe("regenerateRecoveryCodes", "Makes new recovery codes in place of all others, and begins the flow that shows them.");
        changed.MapPost("/password", ChangePasswordAsync).Produces(StatusCodes.Status204NoContent)
            .Fails(ApiProblems.PasswordRefused, ApiProblems.WrongAnswer, ApiProblems.TooManyAttempts)
            .Describe("changePassword", "Changes the password.", "Ends all other sessions.");
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, AccountVisit visit, OwnAuthenticators authenticators, CancellationToken cancellationToken)
    {
        var all = await authenticators.ListAsync((await visit.ReadAsync(context)).Account.Id, cancellationToken);
        return Results.Json(new AuthenticatorList(
        [
            .. all.Select(one => new OwnAuthenticator(one.Id, one.Name, one.Parameters.Digits, one.CreatedAt, one.LastUsedAt)),
        ]));
    }

    private static async Task<IResult> AddAsync(
        HttpContext context, AccountVisit visit, OwnAuthenticators authenticators, ApiWalk walk, PageLinks links, CancellationToken cancellationToken)
    {
        var outcome = await authenticators.BeginAddingAsync(await visit.ReadAsync(context), links.Authenticators, cancellationToken);
        return outcome is ChallengeOutcome.Refused ? await walk.WithoutFlowAsync(context) : await walk.FollowAsync(context, outcome);
    }

    private static async Task<IResult> RenameAsync(
        string id, HttpContext context, Body<NewName> body, AccountVisit visit, OwnAuthenticators authenticators, OwnChanges changes, CancellationToken cancellationToken) =>
        changes.Follow(context, await authenticators.RenameAsync(await visit.ReadAsync(context), id, body.Value.Name, cancellationToken));

    private static async Task<IResult> RemoveAsync(
        string id, HttpContext context, AccountVisit visit, OwnAuthenticators authenticators, OwnChanges changes, CancellationToken cancellationToken) =>
        changes.Follow(context, await authenticators.RemoveAsync(await visit.ReadAsync(context), id, cancellationToken));

    private static async Task<IResult> CountCodesAsync(
        HttpContext context, AccountVisit visit, OwnRecoveryCodes codes, CancellationToken cancellationToken)
    {
        var state = await codes.FindAsync((await visit.ReadAsync(context)).Account.Id, cancellationToken);
        return Results.Json(new RecoveryCodeCount(state.HasSecondFactor, state.Remaining, state.AreFew, state.MadeAt));
    }

    private static async Task<IResult> RegenerateAsync(
        HttpContext context, AccountVisit visit, OwnRecoveryCodes codes, ApiWalk walk, OwnChanges changes, PageLinks links, CancellationToken cancellationToken) =>
        await codes.RegenerateAsync(await visit.ReadAsync(context), links.RecoveryCodes, cancellationToken) switch
        {
            NewCodesOutcome.Made made => await walk.FollowAsync(context, made.Next),
            NewCodesOutcome.NotMade { Reason: OwnChange.NotFound } => new ProblemResult(ApiProblems.NoSecondFactor),
            NewCodesOutcome.NotMade notMade => changes.Follow(context, notMade.Reason),
            _ => throw new InvalidOperationException("Unknown outcome."),
        };

    private static async Task<IResult> ChangePasswordAsync(
        HttpContext context, Body<PasswordChange> body, AccountVisit visit, OwnPassword password, OwnChanges changes, TimeProvider time, CancellationToken cancellationToken)
    {
        var (current, wanted) = (body.Value.CurrentPassword, body.Value.NewPassword);
        if (current.Length == 0 || wanted.Length == 0)
            return new ProblemResult(ApiProblems.MalformedAnswer);

        return await password.ChangeAsync(await visit.ReadAsync(context), current, wanted, cancellationToken) switch
        {
            OwnPasswordChange.Changed changed => changes.Follow(context, new OwnChange.Done(changed.SessionToken)),
            OwnPasswordChange.NotDone notDone => changes.Follow(context, notDone.Reason),
            OwnPasswordChange.WrongCurrent { Outcome: GuardOutcome.Limited limited } => Limited(limited, time.GetUtcNow()),
            OwnPasswordChange.WrongCurrent => new ProblemResult(ApiProblems.WrongAnswer with { Detail = "This is not the password that you have now." }),
            OwnPasswordChange.Refused refused => new ProblemResult(ApiProblems.PasswordRefused with
            {
                Detail = refused.Faults[0].Message,
                Errors = [.. refused.Faults.Select(fault => new ApiFault("newPassword", fault.Message))],
            }),
            _ => throw new InvalidOperationException("Unknown outcome."),
        };
    }

    private static ProblemResult Limited(GuardOutcome.Limited limited, DateTimeOffset now) => new(
        ApiProblems.Limited(limited.RetryAt - now) with
        {
            RetryAt = limited.RetryAt,
            Detail = ChallengeMessages.Limited(limited.RetryAt - now),
        });
}

/// <summary>The person's authenticators.</summary>
public sealed record AuthenticatorList(IReadOnlyList<OwnAuthenticator> Authenticators);

/// <summary>One of them.</summary>
public sealed record OwnAuthenticator(string Id, string Name, int Digits, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>What a person calls a device.</summary>
public sealed record NewName([property: Description("1 to 64 characters; what is too long is cut.")] string Name);

/// <summary>How many recovery codes are left.</summary>
public sealed record RecoveryCodeCount(
    [property: Description("Without one there is nothing that codes could stand in for.")] bool HasSecondFactor,
    int Remaining,
    [property: Description("Whether it is time to make new ones.")] bool AreFew,
    DateTimeOffset? MadeAt);

/// <summary>A change of the password.</summary>
public sealed record PasswordChange(string CurrentPassword, string NewPassword)
{
    public override string ToString() => nameof(PasswordChange);
}
