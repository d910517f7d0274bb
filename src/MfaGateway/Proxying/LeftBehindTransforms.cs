using MfaGateway.Core.Access;
using Yarp.ReverseProxy.Transforms.Builder;

namespace MfaGateway.Proxying;

/// <summary>What keeps answers and cookies of one person from the next one in the same browser.</summary>
internal sealed class LeftBehindTransforms(IdentityHeaderSettings settings) : ITransformProvider
{
    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        if (context.Route.AuthorizationPolicy != AccessPolicy.AnonymousName)
            context.ResponseTransforms.Add(new PrivateAnswers());

        var id = context.Cluster?.ClusterId ?? context.Route.ClusterId ?? "";
        if (settings.Clusters.FirstOrDefault(pair => pair.Key.Equals(id, StringComparison.OrdinalIgnoreCase)).Value is not { FreshCookiesPerPerson: true })
            return;

        context.RequestTransforms.Insert(0, new SendFreshCookies());
        context.ResponseTransforms.Add(new MarkFreshCookies());
    }
}
