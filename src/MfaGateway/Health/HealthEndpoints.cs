using System.Text.Json.Serialization;
using MfaGateway.Proxying;

namespace MfaGateway.Health;

/// <summary>For whoever starts, watches and balances gateways. Says nothing of any person or setting.</summary>
public static class HealthEndpoints
{
    private const string Fine = "ok";
    private const string Behind = "behind";
    private const string Degraded = "degraded";
    private const string Unavailable = "unavailable";

    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps <c>/health/live</c> (the process answers) and <c>/health/ready</c> (the store persists, the clock is right, the keys sign, mails get out).</summary>
    public static IEndpointConventionBuilder MapHealth(this IEndpointRouteBuilder endpoints, string pathPrefix)
    {
        var health = endpoints.MapGroup($"{pathPrefix}/health").AllowAnonymous();
        health.MapMethods("/live", GetAndHead, Live);
        health.MapMethods("/ready", GetAndHead, ReadyAsync);
        return health;
    }

    private static IResult Live() => Results.Json(new HealthReport(Fine, Store: null, Clock: null, Keys: null, Mail: null));

    private static async Task<IResult> ReadyAsync(HttpContext context, StoreProbe store, ClockProbe clock, SigningKeyRing keys, MailProbe mail)
    {
        context.Response.Headers.CacheControl = "no-store";
        var persists = await store.PersistsAsync();
        var isRight = await clock.IsRightAsync();
        var signs = keys.IsReady;
        var getsOut = await mail.GetsOutAsync();
        var ready = persists && isRight && signs;
        if (!ready)
            context.Response.Headers.RetryAfter = "5";

        return Results.Json(
            new HealthReport(StatusOf(ready, getsOut), Word(persists), isRight ? Fine : Behind, Word(signs), getsOut ? Fine : Degraded) { Detail = clock.Detail },
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    // No other gateway would get the mails out that this one can't: whoever balances them must not take it out for that.
    private static string StatusOf(bool ready, bool getsOut) => !ready ? Unavailable : getsOut ? Fine : Degraded;

    private static string Word(bool well) => well ? Fine : Unavailable;
}

/// <summary>The answer of a health endpoint.</summary>
/// <param name="Clock"><c>behind</c> while it is more than 90 seconds behind the latest time that a gateway on the store has seen.</param>
/// <param name="Mail"><c>degraded</c> while mails wait that failed, or were given up within a day; the gateway is ready all the same.</param>
public sealed record HealthReport(string Status, string? Store, string? Clock, string? Keys, string? Mail)
{
    /// <summary>What is wrong, where a word does not say it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }
}
