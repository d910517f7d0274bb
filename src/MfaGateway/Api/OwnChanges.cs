using MfaGateway.Access;
using MfaGateway.Core.Access;
using MfaGateway.Core.SelfService;
using MfaGateway.Pages.Account;

namespace MfaGateway.Api;

/// <summary>What a program is told of a change of one's own account.</summary>
public sealed class OwnChanges(AccountVisit visit, AccessProblems problems)
{
    /// <summary>Takes over the session's new token, where the change brings one.</summary>
    public IResult Follow(HttpContext context, OwnChange change)
    {
        switch (change)
        {
            case OwnChange.Done done:
                visit.Accept(context, done);
                return Results.NoContent();

            case OwnChange.NotFound:
                return new ProblemResult(ApiProblems.NoSuchItem);

            case OwnChange.StepUpFirst:
                return new ProblemResult(problems.For(new(AccessDecision.StepUp, AccessPolicy.AccountChange)));

            default:
                return new ProblemResult(problems.For(new(AccessDecision.SignIn, AccessPolicy.OneFactor)));
        }
    }
}
