using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace MfaGateway.Proxying;

/// <summary>Gives every route a <see cref="RawTargetTransform"/>, behind the path transforms it is configured with.</summary>
internal sealed class RawTargetTransforms : ITransformProvider
{
    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context) =>
        context.RequestTransforms.Add(new RawTargetTransform(PathRewrite.Of(context.Route.Transforms)));
}
