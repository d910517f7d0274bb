using System.Text.Json;
using System.Text.Json.Serialization;
using MfaGateway.Access;
using MfaGateway.Api;

namespace MfaGateway.Hardening;

/// <summary>A refusal in one sentence, with a stable name (RFC 9457).</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Name">The last part of <c>type</c>: stable, for programs.</param>
/// <param name="Title">One sentence for people; the same for every occurrence.</param>
/// <param name="Detail">What to do next.</param>
public sealed record Problem(int Status, string Name, string Title, string? Detail)
{
    public const string TypePrefix = "urn:mfagateway:problem:";

    /// <summary>Where a person can sign in or step up.</summary>
    public string? SignInUrl { get; init; }

    /// <summary>Seconds after which it makes sense to try again; also sent as <c>Retry-After</c>.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>When it makes sense to try again; null where waiting alone does not help.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Wrong answers that are still taken; null where that is not told.</summary>
    public int? AttemptsLeft { get; init; }

    /// <summary>Where a person gets on, shown as a button.</summary>
    public ProblemLink? Way { get; init; }

    /// <summary>What is asked instead.</summary>
    public ApiStep? Next { get; init; }

    /// <summary>The access policy that was not met.</summary>
    public string? Policy { get; init; }

    /// <summary>What is wrong with single members of what was sent.</summary>
    public IReadOnlyList<ApiFault>? Errors { get; init; }
}

/// <summary>A way on from a refusal.</summary>
/// <param name="Url">Of the operator's own settings, or a path.</param>
public sealed record ProblemLink(string Text, string Url);

/// <summary>Answers with a problem: as a page where a person looks at it, as <c>application/problem+json</c> elsewhere.</summary>
public static class Problems
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static async Task WriteAsync(HttpContext context, Problem problem)
    {
        ResponseOrigin.MarkOwn(context);
        var response = context.Response;
        response.StatusCode = problem.Status;
        if (problem.RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);

        // For a person, the status page of the pipeline makes a page of it: it is told what this is about.
        if (ClientKinds.WantsPage(context.Request) && problem.SignInUrl is null)
        {
            context.Features.Set(problem);
            return;
        }

        response.ContentType = "application/problem+json";
        if (!HttpMethods.IsHead(context.Request.Method))
            await JsonSerializer.SerializeAsync(response.Body, ToBody(context, problem), Json, context.RequestAborted);
    }

    private static ProblemBody ToBody(HttpContext context, Problem problem) => new(
        Problem.TypePrefix + problem.Name, problem.Title, problem.Status,
        // Under this id the log tells more.
        "urn:mfagateway:request:" + context.TraceIdentifier)
    {
        Detail = problem.Detail,
        SignInUrl = problem.SignInUrl,
        AttemptsLeft = problem.AttemptsLeft,
        RetryAt = problem.RetryAt,
        Next = problem.Next,
        Policy = problem.Policy,
        Errors = problem.Errors,
    };
}
