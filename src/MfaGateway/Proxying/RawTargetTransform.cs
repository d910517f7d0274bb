using MfaGateway.Core.Access;
using MfaGateway.Hardening;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Transforms;

namespace MfaGateway.Proxying;

/// <summary>
/// Sends the path and query as they were received, byte for byte, because that is what access was decided on. YARP sends
/// its own spelling of what it decoded: <c>%2F</c> becomes <c>%252F</c>, for one.
/// </summary>
internal sealed class RawTargetTransform(PathRewrite rewrite) : RequestTransform
{
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var rawTarget = context.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (context.ProxyRequest.RequestUri is not null || rawTarget.Length == 0)
            return default;

        var target = RequestTargetReader.ToOriginForm(rawTarget);
        if (rewrite.ChangesPath || rewrite.ChangesQuery)
            return RewriteAsync(context, target);
        if (ReferenceEquals(context.Path.Value, context.HttpContext.Request.Path.Value))
            context.ProxyRequest.RequestUri = At(context.DestinationPrefix, target);
        return default;
    }

    private async ValueTask RewriteAsync(RequestTransformContext context, string target)
    {
        var http = context.HttpContext;
        // Behind a prefix that is put before, ".." would lead out of where the route confines the request to; out of one that is removed, to another
        // place than the one that was judged.
        if (rewrite.ChangesPath && http.Features.Get<ClimbingPathFeature>() is { } climb && !rewrite.Keeps(climb.Floor))
        {
            await RefuseAsync(http, "It leads upwards, which it must not on this route.");
            return;
        }
        if (rewrite.IsReplaced)
            return;

        var question = target.IndexOf('?');
        var rawPath = question < 0 ? target : target[..question];
        var rewritten = rewrite.Apply(rawPath, http.Request.Path, out var path);
        if (rewritten is null)
        {
            await RefuseAsync(http, "It does not begin as this route's paths do.");
            return;
        }
        // An empty path, or one that something else changed as well, is left to YARP.
        if (rewritten.Length == 0 || path != context.Path)
            return;
        var query = rewrite.ChangesQuery ? context.Query.QueryString.ToUriComponent() : question < 0 ? "" : target[question..];
        context.ProxyRequest.RequestUri = At(context.DestinationPrefix, rewritten + query);
    }

    private static Task RefuseAsync(HttpContext context, string detail) => Problems.WriteAsync(context, new Problem(
        StatusCodes.Status400BadRequest, "malformed-target", "The address of the request cannot be understood.", detail));

    private static Uri At(string destinationPrefix, string target)
    {
        var prefix = destinationPrefix.AsSpan();
        return new Uri(string.Concat(prefix.EndsWith("/") ? prefix[..^1] : prefix, target), AsItIs);
    }
}
