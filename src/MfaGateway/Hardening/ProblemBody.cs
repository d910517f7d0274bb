using System.ComponentModel;
using MfaGateway.Api;

namespace MfaGateway.Hardening;

/// <summary>A problem as it is sent (RFC 9457). What is null is left out.</summary>
public sealed record ProblemBody(
    [property: Description("A stable name of what went wrong; all of them begin with urn:mfagateway:problem:.")] string Type,
    [property: Description("One sentence, the same for every occurrence of the type.")] string Title,
    [property: Description("The HTTP status.")] int Status,
    [property: Description("The id under which the log tells more.")] string Instance)
{
    [Description("What to do next, for people.")]
    public string? Detail { get; init; }

    [Description("Where a person can sign in or prove more.")]
    public string? SignInUrl { get; init; }

    [Description("Wrong answers that this flow still takes.")]
    public int? AttemptsLeft { get; init; }

    [Description("When it makes sense to try again.")]
    public DateTimeOffset? RetryAt { get; init; }

    [Description("What is asked instead.")]
    public ApiStep? Next { get; init; }

    [Description("The access policy that was not met: what POST /step-up takes.")]
    public string? Policy { get; init; }

    [Description("What is wrong with single members of what was sent.")]
    public IReadOnlyList<ApiFault>? Errors { get; init; }
}
