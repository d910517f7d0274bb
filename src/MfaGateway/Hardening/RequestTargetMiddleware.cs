using MfaGateway.Core.Access;
using Microsoft.AspNetCore.Http.Features;

namespace MfaGateway.Hardening;

/// <summary>
/// Judges the request target before routing: refuses what no honest client sends, and tells the access handler which
/// policies and clusters an ambiguous path may be meant for. An ordinary path costs a scan of its characters.
/// </summary>
internal sealed class RequestTargetMiddleware(RequestDelegate next, PathReadingMatcher matcher, HardeningOptions options)
{
    private readonly PathString prefix = options.PathPrefix;

    public Task InvokeAsync(HttpContext context)
    {
        if (AsksForOtherProtocol(context))
        {
            return Problems.WriteAsync(context, new Problem(
                StatusCodes.Status400BadRequest, "unknown-protocol", "This protocol is not spoken here.", "An extended CONNECT (RFC 8441) can ask for websocket alone."));
        }

        if (UpgradeMethods.Refuse(context) is { } upgrade)
            return Problems.WriteAsync(context, upgrade);

        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.Length > options.MaxTargetLength)
            return Problems.WriteAsync(context, StatusTexts.ProblemFor(StatusCodes.Status414UriTooLong));

        var reading = RequestTargetReader.Read(target, context.Request.Method, HostOf(context));
        if (reading is RequestTargetReading.Refused refused)
            return RefuseAsync(context, refused);

        var (destination, refusal) = NamedDestination.Read(context);
        if (refusal is not null)
            return Problems.WriteAsync(context, refusal);

        var isKnownMethod = KnownMethods.Contains(context.Request.Method);
        return reading is RequestTargetReading.Plain && isKnownMethod && destination is null && !HttpMethods.IsHead(context.Request.Method) && !TreeMethods.ActsOnTree(context.Request)
            ? next(context)
            : JudgeAsync(context, reading as RequestTargetReading.Ambiguous, destination, isKnownMethod);
    }

    private async Task JudgeAsync(HttpContext context, RequestTargetReading.Ambiguous? readings, IReadOnlyList<string>? destination, bool isKnownMethod)
    {
        // The gateway's own pages are answered here, where the path has one reading.
        if (!context.Request.Path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase))
        {
            var met = readings is null ? null : await matcher.MatchAsync(context, readings.Paths);
            if (readings is { LeadsAnywhere: true })
                met = (met ?? PathReadingsFeature.None).And(await matcher.MatchBelowAsync(context, readings.QueryFloor ?? 0));
            if (destination is not null && await matcher.MatchAllAsync(context, destination) is var reached)
                met = met is null ? reached : met.And(reached);
            if (HttpMethods.IsHead(context.Request.Method) && await matcher.MatchAsGetAsync(context, readings?.Paths ?? []) is { } asGet)
                met = (met ?? PathReadingsFeature.None).And(asGet);
            // What is at the destination is deleted before, with all below it (RFC 4918 9.8.4), also where one resource alone comes there.
            string[] trees = [.. destination ?? [], .. TreeMethods.ActsOnTree(context.Request) ? (string[])[context.Request.Path.ToUriComponent(), .. readings?.Paths ?? []] : []];
            if (trees.Length > 0)
                met = (met ?? PathReadingsFeature.None).And(await matcher.MatchInsideAsync(context, trees));

            if (!isKnownMethod)
                met = (met ?? PathReadingsFeature.None).And(PathReadingsFeature.None with { PolicyNames = [AccessPolicy.DefaultName] });
            if (met is not null)
                context.Features.Set<IPathReadingsFeature>(met);
            if (readings is { Climbs: true } or { QueryFloor: not null })
                context.Features.Set(new ClimbingPathFeature(readings.Climbs ? null : readings.QueryFloor));
        }
        await next(context);
    }

    private static Task RefuseAsync(HttpContext context, RequestTargetReading.Refused refused) => Problems.WriteAsync(context, refused.Status switch
    {
        StatusCodes.Status405MethodNotAllowed => new Problem(refused.Status, "method-not-available", refused.Reason, null),
        _ => new Problem(refused.Status, "malformed-target", "The address of the request cannot be understood.", refused.Reason),
    });

    private static bool AsksForOtherProtocol(HttpContext context) =>
        HttpMethods.IsConnect(context.Request.Method)
        && context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect
        && !string.Equals(connect.Protocol, "websocket", StringComparison.OrdinalIgnoreCase);

    private static string? HostOf(HttpContext context) =>
        context.Features.Get<HostOnTheWire>() is { } wire ? wire.Value : context.Request.Headers.Host.ToString();
}
