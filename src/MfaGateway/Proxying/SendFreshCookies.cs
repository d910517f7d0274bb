using MfaGateway.Sessions;
using Yarp.ReverseProxy.Transforms;

namespace MfaGateway.Proxying;

/// <summary>Sends an app the cookies of the person alone who is signed in; see <see cref="FreshCookies"/>. Runs after the gateway's own are taken out.</summary>
internal sealed class SendFreshCookies : RequestTransform
{
    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var mark = MarkFor(context.HttpContext);
        // A route that copies no headers by itself takes them from the request later.
        var inbound = context.HttpContext.Request.Headers;
        if (!context.HeadersCopied && inbound.Cookie.Count > 0)
        {
            inbound.Cookie = FreshCookies.Of(mark, string.Join("; ", inbound.Cookie.AsEnumerable()));
        }
        else if (context.HeadersCopied && context.ProxyRequest.Headers.NonValidated.TryGetValues("Cookie", out var sent))
        {
            var kept = FreshCookies.Of(mark, string.Join("; ", sent));
            context.ProxyRequest.Headers.Remove("Cookie");
            if (kept is not null)
                context.ProxyRequest.Headers.TryAddWithoutValidation("Cookie", kept);
        }

        return ValueTask.CompletedTask;
    }

    public static string MarkFor(HttpContext context) => FreshCookies.MarkOf(context.Features.Get<LiveSession>()?.Account.Id);
}
