using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MfaGateway.Health;

/// <summary>For what starts, watches and balances gateways. Says nothing of any person or setting.</summary>
public static class HealthEndpoints
{
    private static readonly HttpMethodMetadata GetAndHead = new([HttpMethods.Get, HttpMethods.Head]);

    /// <summary>Maps <c>/health/live</c> (the process answers) and <c>/health/ready</c> (the checks of <see cref="HealthRegistration"/>).</summary>
    public static IEndpointConventionBuilder MapHealth(this IEndpointRouteBuilder endpoints, string pathPrefix)
    {
        var health = endpoints.MapGroup($"{pathPrefix}/health").AllowAnonymous();
        health.MapHealthChecks("/live", new HealthCheckOptions { Predicate = _ => false, AllowCachingResponses = true, ResponseWriter = WriteAsync }).WithMetadata(GetAndHead);
        health.MapHealthChecks("/ready", new HealthCheckOptions { AllowCachingResponses = true, ResponseWriter = WriteReadyAsync }).WithMetadata(GetAndHead);
        return health;
    }

    private static Task WriteReadyAsync(HttpContext context, HealthReport report)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (report.Status == HealthStatus.Unhealthy)
            context.Response.Headers.RetryAfter = "5";
        foreach (var (name, part) in report.Entries)
        {
            if (part.Exception is { } fault)
                Log.CheckFailed(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(HealthEndpoints)), name, fault);
        }

        return WriteAsync(context, report);
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(HealthAnswer.Of(report), context.RequestAborted);
}

/// <summary>The answer of a health endpoint.</summary>
/// <param name="Clock"><c>behind</c> while it is more than 90 seconds behind the latest time that a gateway on the store has seen.</param>
/// <param name="Mail"><c>degraded</c> while mails wait that failed, or were given up within a day; the gateway is ready all the same.</param>
public sealed record HealthAnswer(string Status, string? Store, string? Clock, string? Keys, string? Mail)
{
    /// <summary>What is wrong, where a word does not say it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    internal static HealthAnswer Of(HealthReport report)
    {
        var parts = report.Entries;
        return new(WordOf(report.Status), Part(HealthRegistration.Store), Part(HealthRegistration.Clock), Part(HealthRegistration.Keys), Part(HealthRegistration.Mail))
        {
            Detail = parts.Values.Select(part => part.Description).FirstOrDefault(description => description is not null),
        };

        string? Part(string name) => parts.TryGetValue(name, out var part) ? WordOf(part.Status, name) : null;
    }

    private static string WordOf(HealthStatus status, string? part = null) => status switch
    {
        HealthStatus.Healthy => "ok",
        HealthStatus.Degraded => "degraded",
        _ => part == HealthRegistration.Clock ? "behind" : "unavailable",
    };
}
