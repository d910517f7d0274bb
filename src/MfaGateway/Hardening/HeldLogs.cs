namespace MfaGateway.Hardening;

/// <summary>Holds back what no configuration may let into a log.</summary>
public static class HeldLogs
{
    // Of these the framework and YARP write, below a warning, whole request targets and header lines as they came:
    // one-time tokens of links, cookies, and the apps' own secrets.
    private static readonly string[] OfRawRequests =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
        "Microsoft.AspNetCore.Routing.Matching.DfaMatcher",
        "Microsoft.AspNetCore.Routing.EndpointRoutingMiddleware",
    ];

    // Its warnings have the exception, which quotes a malformed header line of an answer. ReportFailures says the same without.
    private const string OfAnswers = "Yarp.ReverseProxy.Forwarder.HttpForwarder";

    /// <summary>
    /// No token or cookie reaches a log by what a category writes, at any level. Scopes are not held: where they are switched on
    /// (<c>IncludeScopes</c>, off by default) the framework adds the request's path to each line.
    /// </summary>
    public static void HoldRawRequests(this ILoggingBuilder logging) =>
        logging.Hold((category, level) => category == OfAnswers || (level < LogLevel.Warning && OfRawRequests.Contains(category, StringComparer.Ordinal)));

    /// <param name="isHeld">Whether what a category writes at a level is dropped.</param>
    public static void Hold(this ILoggingBuilder logging, Func<string, LogLevel, bool> isHeld) =>
        logging.Services.PostConfigure<LoggerFilterOptions>(options =>
        {
            // The most specific rule decides alone, so each one has to know; and there must be one for every category.
            options.Rules.Insert(0, new LoggerFilterRule(providerName: null, categoryName: null, options.MinLevel, filter: null));
            for (var index = 0; index < options.Rules.Count; index++)
            {
                var rule = options.Rules[index];
                options.Rules[index] = new LoggerFilterRule(
                    rule.ProviderName,
                    rule.CategoryName,
                    rule.LogLevel,
                    (provider, category, level) =>
                        !isHeld(category ?? string.Empty, level) && (rule.Filter is not { } filter || filter(provider, category, level)));
            }
        });
}
