using MfaGateway.Hardening;

namespace MfaGateway.Api;

/// <summary>A refusal as what an endpoint answers.</summary>
public sealed class ProblemResult(Problem problem) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => ApiProblems.WriteAsync(httpContext, problem);
}
