using MfaGateway.Configuration;
using Microsoft.Extensions.Logging.Console;

namespace MfaGateway;

/// <summary>A host for the gateway with no setting but those it is given: what is configured is what was checked.</summary>
public static class GatewayConfiguration
{
    /// <param name="configuration">All sources, from <see cref="ConfigurationSources"/>.</param>
    public static WebApplicationBuilder CreateBuilder(IConfiguration configuration, string contentRoot, string environment)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(GatewayConfiguration).Assembly.GetName().Name,
            ContentRootPath = contentRoot,
            EnvironmentName = environment,
        });
        builder.Configuration.AddConfiguration(configuration);
        builder.WebHost.UseKestrel((context, kestrel) => kestrel.Configure(context.Configuration.GetSection("Kestrel")));
        if (configuration["urls"] is { } urls)
            builder.WebHost.UseUrls(urls);

        builder.Logging.AddConfiguration(configuration.GetSection("Logging"));
        if (!configuration.GetSection("Logging:LogLevel").Exists())
        {
            // At Information they write several lines for each request, and strangers make requests.
            foreach (var category in (string[])["Microsoft.AspNetCore", "System.Net.Http", "Yarp"])
                builder.Logging.AddFilter(category, LogLevel.Warning);
        }

        // The plain formatter is the default; Logging:Console:FormatterName chooses another one (json).
        builder.Logging.AddConsole().Services.Configure<SimpleConsoleFormatterOptions>(console => console.SingleLine = true);
        return builder;
    }
}
