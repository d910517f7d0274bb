using MfaGateway.Configuration;
using MfaGateway.Pages;
using Microsoft.AspNetCore.Routing.Template;

namespace MfaGateway.Api;

/// <summary>What the API does not have: another address, or another method of a known one.</summary>
public static class UnknownApi
{
    public static void MapUnknownApi(this IEndpointRouteBuilder endpoints, GatewayOptions options) =>
        endpoints.Map(options.PathPrefix + "/api/{**rest}", AnswerAsync)
            .AllowAnonymous().ExcludeFromDescription()
            .WithOrder(GatewayPages.EndpointOrder).WithMetadata(ApiEndpoint.Instance);

    private static Task AnswerAsync(HttpContext context)
    {
        var methods = MethodsOf(context);
        if (methods.Length == 0)
            return ApiProblems.WriteAsync(context, ApiProblems.NotFound);

        context.Response.Headers.Allow = string.Join(", ", methods);
        return ApiProblems.WriteAsync(context, ApiProblems.MethodNotAllowed);
    }

    private static string[] MethodsOf(HttpContext context) =>
    [
        .. context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ApiEndpoint>() is not null && Matches(endpoint, context.Request.Path))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    private static bool Matches(RouteEndpoint endpoint, PathString path) =>
        new TemplateMatcher(TemplateParser.Parse(endpoint.RoutePattern.RawText!), []).TryMatch(path, []);
}
