using MfaGateway.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace MfaGateway.Pages;

/// <summary>
/// Where password managers ask for the page that changes a password (W3C, A Well-Known URL for Changing Passwords, section 3). An app
/// whose route names a path under <c>/.well-known/</c> of its own answers itself.
/// </summary>
internal static class ChangePassword
{
    private const string Path = "/.well-known/change-password";
    private const string Folder = ".well-known/";

    public static void MapChangePassword(this IEndpointRouteBuilder endpoints, GatewayOptions options)
    {
        if (endpoints.ServiceProvider.GetServices<IProxyConfigProvider>().SelectMany(provider => provider.GetConfig().Routes).Any(Names))
            return;

        var page = options.PathPrefix + "/account/password";
        endpoints.MapMethods(Path, [HttpMethods.Get, HttpMethods.Head], context =>
        {
            context.Response.Redirect(page);
            return Task.CompletedTask;
        }).AllowAnonymous().WithOrder(GatewayPages.EndpointOrder);
    }

    private static bool Names(RouteConfig route) =>
        route.Match.Path?.TrimStart('/') is { } path
        && path.StartsWith(Folder, StringComparison.OrdinalIgnoreCase)
        && (path.Length == Folder.Length || path[Folder.Length] == '{' || Path.AsSpan(1).StartsWith(path, StringComparison.OrdinalIgnoreCase));
}
