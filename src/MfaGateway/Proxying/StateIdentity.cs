using MfaGateway.Core.IdentityHeaders;
using MfaGateway.Hardening;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace MfaGateway.Proxying;

/// <summary>
/// Runs last, after every configured transform: says who is there, and signs the request as it will be sent. A request
/// whose statement cannot be made is not sent.
/// </summary>
internal sealed class StateIdentity(
    ClusterIdentity cluster, PreparedIdentity anonymous, AssertionSigner signer, ILogger<StateIdentity> logger) : RequestTransform
{
    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        try
        {
            if (Identity(context.HttpContext) is { } identity)
                State(context, identity.For(cluster, signer));
            else
                Refuse(context.HttpContext, failure: null);
        }
        catch (Exception failure)
        {
            // Whatever it is, the request must not go on without its statement.
            Refuse(context.HttpContext, failure);
        }

        return ValueTask.CompletedTask;
    }

    // Null: somebody is signed in of whom nothing can be said, which is a fault and not an anonymous request.
    private PreparedIdentity? Identity(HttpContext context)
    {
        var stated = context.Features.Get<PreparedIdentity>();
        var signedIn = context.User.Identity?.IsAuthenticated == true;
        if (stated is null)
            return signedIn ? null : anonymous;
        return signedIn && stated.Statement.IsAnonymous ? null : stated;
    }

    private void State(RequestTransformContext context, PreparedHeaders prepared)
    {
        var headers = context.ProxyRequest.Headers;
        // Set, never appended: a configured transform may have put something under these names.
        foreach (var name in cluster.HeaderNames)
            headers.Remove(name);
        foreach (var field in prepared.Fields)
            headers.TryAddWithoutValidation(field.Key, field.Value);
        headers.Remove("Signature");
        headers.Remove("Signature-Input");
        if (cluster.Signs)
            Sign(context, prepared);
    }

    private void Sign(RequestTransformContext context, PreparedHeaders prepared)
    {
        var request = context.ProxyRequest;
        // The forwarder would work it out after the last transform; what is signed must be what is sent.
        var target = request.RequestUri ??= RequestUtilities.MakeDestinationAddress(
            context.DestinationPrefix, context.Path, context.Query.QueryString);
        var pathAndQuery = target.PathAndQuery.AsSpan();
        var query = pathAndQuery.IndexOf('?');
        var signed = new SignedRequest
        {
            Method = request.Method.Method,
            Authority = request.Headers.Host ?? HostOf(target),
            DefaultPort = target.Scheme == Uri.UriSchemeHttps ? "443" : "80",
            Path = query < 0 ? pathAndQuery : pathAndQuery[..query],
            Query = query < 0 ? default : pathAndQuery[query..],
            Fields = prepared.SignedFields,
        };
        IMessageSigningKey key = cluster.Secret is { } secret ? secret : signer.Key;
        var signature = MessageSignature.Sign(signed, key, signer.Now);
        request.Headers.TryAddWithoutValidation("Signature-Input", signature.Input);
        request.Headers.TryAddWithoutValidation("Signature", signature.Signature);
    }

    private static string HostOf(Uri target) =>
        target.IsDefaultPort ? target.IdnHost : $"{target.IdnHost}:{target.Port}";

    private void Refuse(HttpContext context, Exception? failure)
    {
        Log.NotStated(logger, cluster.Audience, failure);
        ResponseOrigin.MarkOwn(context);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "5";
    }
}
