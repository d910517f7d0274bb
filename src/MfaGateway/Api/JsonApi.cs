using MfaGateway.Configuration;
using MfaGateway.Pages;

namespace MfaGateway.Api;

/// <summary>
/// The JSON API: the pages' flows for programs of this origin, thin over the same services, limits, audit and cookies. An
/// endpoint that says neither that it is open nor which policy it wants is denied by the fallback policy.
/// </summary>
public static class JsonApi
{
    public const string Path = "/api/v1";

    public static IServiceCollection AddJsonApi(this IServiceCollection services)
    {
        services.AddSingleton<BrowserChanges>();
        services.AddScoped<ApiWalk>();
        services.AddScoped<ApiCodes>();
        services.AddScoped<OwnChanges>();
        services.ConfigureHttpJsonOptions(json => ApiJson.Apply(json.SerializerOptions));
        services.AddApiDocument();
        services.AddSingleton<ServedApiDocument>();
        return services;
    }

    public static void MapJsonApi(this IEndpointRouteBuilder endpoints, GatewayOptions options)
    {
        var api = endpoints.MapGroup(options.PathPrefix + Path);
        api.WithOrder(GatewayPages.EndpointOrder).WithMetadata(ApiEndpoint.Instance);
        api.Protect();
        api.DescribeProblems(endpoints.ServiceProvider.GetRequiredService<BrowserChanges>());
        api.MapSettings();
        api.MapSignIn();
        api.MapChallenges();
        api.MapEnrollment();
        api.MapAccount();
        api.MapFactors();
        api.MapApiDocument();
        endpoints.MapUnknownApi(options);
    }
}
