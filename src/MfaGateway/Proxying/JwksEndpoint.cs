namespace MfaGateway.Proxying;

/// <summary>The public keys with which upstream apps check statements.</summary>
public static class JwksEndpoint
{
    /// <summary>Below the gateway's path prefix.</summary>
    public const string Path = "/.well-known/jwks.json";

    /// <summary>Far below the 24 hours for which a key is published before it signs.</summary>
    private const string CacheControl = "public, max-age=300";

    /// <summary>Answers GET and HEAD of <c>{prefix}/.well-known/jwks.json</c>, without sign-in.</summary>
    public static IEndpointConventionBuilder MapJwks(this IEndpointRouteBuilder endpoints, string pathPrefix) =>
        endpoints.MapMethods(pathPrefix + Path, [HttpMethods.Get, HttpMethods.Head], AnswerAsync).AllowAnonymous();

    private static async Task AnswerAsync(HttpContext context)
    {
        var ring = context.RequestServices.GetRequiredService<SigningKeyRing>();
        if (!ring.IsReady)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "5";
            return;
        }

        var set = ring.PublicKeySet;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = set.Length;
        context.Response.Headers.CacheControl = CacheControl;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(set, context.RequestAborted);
    }
}
