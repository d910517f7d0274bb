using MfaGateway.Sessions;
using Microsoft.AspNetCore.Http.Features;

namespace MfaGateway.OpenRequests;

/// <summary>Keeps each proxied request of somebody signed in on the list for as long as it is open.</summary>
internal sealed class HoldOpenRequests(RequestDelegate next, OpenRequestList list, TimeProvider time)
{
    // Whoever is nobody has no session that could end: a stranger's request on a public route is not held.
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<LiveSession>() is { } session ? HoldAsync(context, session) : next(context);

    private async Task HoldAsync(HttpContext context, LiveSession session)
    {
        var request = new OpenRequest(context, session);
        context.Features.Set(request);
        HearClient(context.Features, request);
        ObserveBodies(context, request);
        list.Add(request);
        try
        {
            await next(context);
        }
        finally
        {
            list.Remove(request);
        }
    }

    // A request on which no byte moves is no use of the session, however long it is open.
    private void ObserveBodies(HttpContext context, OpenRequest request)
    {
        context.Features.Set<IHttpResponseBodyFeature>(
            new ObservedResponseBody(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), request, time));
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
            context.Request.Body = new HeardStream(context.Request.Body, request, time);
    }

    private void HearClient(IFeatureCollection features, OpenRequest request)
    {
        if (features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
            features.Set<IHttpUpgradeFeature>(new HeardUpgrade(upgrade, request, time));
        else if (features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
            features.Set<IHttpExtendedConnectFeature>(new HeardExtendedConnect(connect, request, time));
    }
}
