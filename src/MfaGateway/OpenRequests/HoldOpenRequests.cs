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

    private void HearClient(IFeatureCollection features, OpenRequest request)
    {
        if (features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
            features.Set<IHttpUpgradeFeature>(new HeardUpgrade(upgrade, request, time));
        else if (features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
            features.Set<IHttpExtendedConnectFeature>(new HeardExtendedConnect(connect, request, time));
    }
}
