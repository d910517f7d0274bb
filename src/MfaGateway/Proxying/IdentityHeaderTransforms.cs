using System.Collections.Concurrent;
using MfaGateway.Core.IdentityHeaders;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace MfaGateway.Proxying;

/// <summary>
/// On every route, those without sign-in included: strip first, then whatever the route is configured to transform, then
/// state who it is. Decides nothing about access.
/// </summary>
internal sealed class IdentityHeaderTransforms(
    IdentityHeaderSettings settings, AssertionSigner signer, ILogger<StateIdentity> logger, ILogger<GuardChallenges> challenges) : ITransformProvider
{
    private readonly InboundHeaderRules rules = settings.InboundRules();
    private readonly OwnCookies cookies = new(settings.CookieNames);
    private readonly PreparedIdentity anonymous = new(IdentityStatement.Anonymous);

    // One object a cluster, however often routes are loaded anew: prepared headers are kept by it.
    private readonly ConcurrentDictionary<string, ClusterIdentity> clusters = new(StringComparer.OrdinalIgnoreCase);

    public void ValidateRoute(TransformRouteValidationContext context)
    {
        foreach (var key in new[] { RouteMetadata.AllowUnderscoreHeaders, RouteMetadata.AllowMethodOverride, RouteMetadata.AllowBodyOnSafeMethods })
        {
            if (RouteMetadata.SwitchFault(context.Route.RouteId, context.Route.Metadata, key) is { } fault)
                context.Errors.Add(fault);
        }

        foreach (var fault in RouteMetadata.UnknownFaults(context.Route.RouteId, context.Route.Metadata))
            context.Errors.Add(fault);
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        context.RequestTransforms.Insert(0, new StripInboundHeaders(rules, cookies, Unwanted(context.Route.Metadata)));

        // YARP appends these two after all providers unless they are there: they must come before the signature.
        var clusterId = context.Cluster?.ClusterId ?? context.Route.ClusterId ?? "";
        var isDefaultHost = !context.RequestTransforms.Any(transform => transform is RequestHeaderOriginalHostTransform);
        if (isDefaultHost)
            context.AddOriginalHost(settings.OptionsOf(clusterId).OriginalHost);
        context.RequestTransforms.Add(new HostForApp(isDefaultHost));
        if (context.UseDefaultForwarders ?? true)
            context.AddXForwarded();

        var cluster = Cluster(clusterId);
        context.RequestTransforms.Add(new GuardCredentials(cluster));
        context.RequestTransforms.Add(new StateIdentity(cluster, anonymous, signer, logger));
        context.ResponseTransforms.Add(new GuardChallenges(clusterId, cluster, challenges));
        context.ResponseTransforms.Add(new PublicLocations(PathRewrite.Of(context.Route.Transforms)));
        context.ResponseTransforms.Add(new GuardGatewayCookies(cookies));
        context.ResponseTransforms.Add(new OpenEventStream());
    }

    private static HeaderSuspicion Unwanted(IReadOnlyDictionary<string, string>? metadata)
    {
        var unwanted = HeaderSuspicion.Claim;
        if (!RouteMetadata.IsSet(metadata, RouteMetadata.AllowUnderscoreHeaders))
            unwanted |= HeaderSuspicion.Underscore;
        if (!RouteMetadata.IsSet(metadata, RouteMetadata.AllowMethodOverride))
            unwanted |= HeaderSuspicion.MethodOverride;
        return unwanted;
    }

    private ClusterIdentity Cluster(string id) =>
        clusters.GetOrAdd(id, key => new ClusterIdentity(key, settings.OptionsOf(key), settings.ContentRoot));
}
