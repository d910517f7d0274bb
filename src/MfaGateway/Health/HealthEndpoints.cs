using MfaGateway.Proxying;

namespace MfaGateway.Health;

/// <summary>For whoever starts, watches and balances gateways. Says nothing of any person or setting.</summary>
public static class HealthEndpoints
{
    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps <c>/health/live</c> (the process answers) and <c>/health/ready</c> (the store persists, the keys sign).</summary>
    public static IEndpointConventionBuilder MapHealth(this IEndpointRouteBuilder endpoints, string pathPrefix)
    {
        var health = endpoints.MapGroup($"{pathPrefix}/health").AllowAnonymous();
        health.MapMethods("/live", GetAndHead, Live);
        health.MapMethods("/ready", GetAndHead, ReadyAsync);
        return health;
    }

    private static IResult Live() => Results.Json(new HealthReport("ok", Store: null, Keys: null));

    private static async Task<IResult> ReadyAsync(HttpContext context, StoreProbe store, SigningKeyRing keys)
    {
        context.Response.Headers.CacheControl = "no-store";
        var persists = await store.PersistsAsync();
        var signs = keys.IsReady;
        var ready = persists && signs;
        if (!ready)
            context.Response.Headers.RetryAfter = "5";

        return Results.Json(
            new HealthReport(ready ? "ok" : "unavailable", Word(persists), Word(signs)),
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static string Word(bool well) => well ? "ok" : "unavailable";
}

/// <summary>The answer of a health endpoint.</summary>
public sealed record HealthReport(string Status, string? Store, string? Keys);
