using MfaGateway.Hardening;
using Yarp.ReverseProxy.Transforms.Builder;

namespace MfaGateway.Proxying;

/// <summary>Gives every route a <see cref="GuardOrigin"/>, and reads what its metadata allows the app to do to the origin.</summary>
internal sealed class OriginGuardTransforms : ITransformProvider
{
    /// <summary>Route metadata by which an app may have service workers that reach the gateway's pages.</summary>
    public const string AllowServiceWorkers = "MfaGateway.AllowServiceWorkers";

    /// <summary>Route metadata: names of response headers that act on the whole origin and pass nevertheless, separated by commas.</summary>
    public const string AllowOriginHeaders = "MfaGateway.AllowOriginHeaders";

    private static readonly string[] Names = [.. OriginWideHeaders.Removed, OriginWideHeaders.TransportSecurity, OpenerPolicies.Header];

    public void ValidateRoute(TransformRouteValidationContext context)
    {
        var (id, metadata) = (context.Route.RouteId, context.Route.Metadata);
        foreach (var name in Allowed(metadata).Where(name => !Names.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            context.Errors.Add(new ArgumentException(
                $"{RouteMetadata.KeyOf(id, AllowOriginHeaders)} must name some of {string.Join(", ", Names)}, but named \"{name}\"."));
        }
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        var metadata = context.Route.Metadata;
        var allowed = Allowed(metadata);
        var removed = OriginWideHeaders.Removed.Except(allowed, StringComparer.OrdinalIgnoreCase);
        if (!RouteMetadata.IsSet(metadata, AllowServiceWorkers))
            removed = removed.Append(OriginWideHeaders.ServiceWorkerAllowed);
        context.ResponseTransforms.Add(new GuardOrigin(
            [.. removed],
            keepsTransportSecurity: allowed.Contains(OriginWideHeaders.TransportSecurity, StringComparer.OrdinalIgnoreCase),
            keepsOpenerPolicy: allowed.Contains(OpenerPolicies.Header, StringComparer.OrdinalIgnoreCase)));
    }

    private static string[] Allowed(IReadOnlyDictionary<string, string>? metadata) =>
        metadata?.GetValueOrDefault(AllowOriginHeaders)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
