namespace MfaGateway.OpenRequests;

/// <summary>Registers what cuts the open requests of sessions that are over.</summary>
public static class OpenRequestsRegistration
{
    public static IServiceCollection AddOpenRequests(this IServiceCollection services)
    {
        services.AddSingleton<OpenRequestList>();
        services.AddSingleton<OpenRequestReview>();
        services.AddHostedService<OpenRequestWatch>();
        return services;
    }

    /// <summary>In the proxy's own pipeline, around everything that forwards.</summary>
    public static void UseOpenRequests(this IApplicationBuilder proxy) => proxy.UseMiddleware<HoldOpenRequests>();
}
