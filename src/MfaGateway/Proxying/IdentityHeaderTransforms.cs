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
    IdentityHeaderSettings settings, AssertionSigner signer, ILogger<StateIdentity> logger) : ITransformProvider
{
    /// <summary>Route metadata by which an app that needs names with <c>_</c> gets them.</summary>
    public const string AllowUnderscoreHeaders = "MfaGateway.AllowUnderscoreHeaders";

    /// <summary>Route metadata by which an app that needs <c>X-HTTP-Method-Override</c> gets it.</summary>
    public const string AllowMethodOverride = "MfaGateway.AllowMethodOverride";

    private readonly InboundHeaderRules rules = settings.InboundRules();
    private readonly OwnCookies cookies = new(settings.CookieNames);
    private readonly PreparedIdentity anonymous = new(IdentityStatement.Anonymous);

    // One object a cluster, however often routes are loaded anew: prepared headers are kept by it.
    private readonly ConcurrentDictionary<string, ClusterIdentity> clusters = new(StringComparer.OrdinalIgnoreCase);

    public void ValidateRoute(TransformRouteValidationContext context)
    {
        foreach (var key in new[] { AllowUnderscoreHeaders, AllowMethodOverride })
        {
            if (context.Route.Metadata?.GetValueOrDefault(key) is { } value && !bool.TryParse(value, out _))
                context.Errors.Add(new ArgumentException($"Metadata {key} of route '{context.Route.RouteId}' must be true or false, but was \"{value}\"."));
        }
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        context.RequestTransforms.Insert(0, new StripInboundHeaders(rules, cookies, Unwanted(context.Route.Metadata)));

        // YARP appends these two after all providers unless they are there: they must come before the signature.
        if (!context.RequestTransforms.Any(transform => transform is RequestHeaderOriginalHostTransform))
            context.AddOriginalHost(useOriginal: false);
        if (context.UseDefaultForwarders ?? true)
            context.AddXForwarded();

        var cluster = Cluster(context.Cluster?.ClusterId ?? context.Route.ClusterId ?? "");
        context.RequestTransforms.Add(new StateIdentity(cluster, anonymous, signer, logger));
        context.ResponseTransforms.Add(new GuardGatewayCookies(cookies));
        context.ResponseTransforms.Add(new OpenEventStream());
    }

    private static HeaderSuspicion Unwanted(IReadOnlyDictionary<string, string>? metadata)
    {
        var unwanted = HeaderSuspicion.Claim;
        if (!IsSet(metadata, AllowUnderscoreHeaders))
            unwanted |= HeaderSuspicion.Underscore;
        if (!IsSet(metadata, AllowMethodOverride))
            unwanted |= HeaderSuspicion.MethodOverride;
        return unwanted;
    }

    private static bool IsSet(IReadOnlyDictionary<string, string>? metadata, string key) =>
        metadata?.GetValueOrDefault(key) is { } value && bool.TryParse(value, out var set) && set;

    private ClusterIdentity Cluster(string id) => clusters.GetOrAdd(id, key => new ClusterIdentity(
        key,
        settings.Clusters.FirstOrDefault(pair => pair.Key.Equals(key, StringComparison.OrdinalIgnoreCase)).Value ?? new(),
        settings.ContentRoot));
}
