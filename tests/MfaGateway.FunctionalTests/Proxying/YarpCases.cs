using System.Net;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Http;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>Every setting of YARP's section that works behind the gateway, each with what shows that it does.</summary>
internal static class YarpCases
{
    public static IReadOnlyList<YarpCase> All { get; } =
    [
        Route("Match:Path", """ "Match": { "Path": "/a/{name}" } """, (_, app) => app is not null),
        Route("Match:Hosts", """ "Match": { "Hosts": [ "127.0.0.1" ] } """, (_, app) => app is not null),
        Route("Match:Methods", """ "Match": { "Path": "/{**rest}", "Methods": [ "POST" ] } """, (answer, _) => (int)answer.StatusCode is 404 or 405),
        .. Headers(),
        .. Queries(),
        Route("Order", """ "Order": -5 """, (_, app) => app is not null),
        Route("Timeout", """ "Timeout": "00:00:00.200" """, (answer, _) => answer.StatusCode == HttpStatusCode.GatewayTimeout) with { Answer = NeverAsync },
        Route("TimeoutPolicy", """ "TimeoutPolicy": "Disable" """, IsFine),
        Route("MaxRequestBodySize", """ "MaxRequestBodySize": 3 """, (answer, _) => answer.StatusCode == HttpStatusCode.RequestEntityTooLarge) with { Method = "POST", Body = "four" },
        Route("Metadata:*", """ "Metadata": { "Owner": "me" } """, IsFine),
        .. Transforms(),
        .. new[] { "FirstAlphabetical", "Random", "RoundRobin", "LeastRequests", "PowerOfTwoChoices" }
            .Select(name => Cluster("LoadBalancingPolicy", $""" "LoadBalancingPolicy": "{name}" """, IsFine)),
        .. Affinity(),
        Cluster("HealthCheck:Passive:Enabled", """ "HealthCheck": { "Passive": { "Enabled": true } } """, IsFine),
        Cluster("HealthCheck:Passive:Policy", """ "HealthCheck": { "Passive": { "Enabled": true, "Policy": "TransportFailureRate" } } """, IsFine),
        Cluster("HealthCheck:Passive:ReactivationPeriod", """ "HealthCheck": { "Passive": { "Enabled": true, "ReactivationPeriod": "00:01:00" } } """, IsFine),
        .. new[] { "HealthyAndUnknown", "HealthyOrPanic" }
            .Select(name => Cluster("HealthCheck:AvailableDestinationsPolicy", $$""" "HealthCheck": { "AvailableDestinationsPolicy": "{{name}}" } """, IsFine)),
        Cluster("HttpClient:SslProtocols:*", """ "HttpClient": { "SslProtocols": [ "Tls12", "Tls13" ] } """, IsFine),
        Cluster("HttpClient:DangerousAcceptAnyServerCertificate", """ "HttpClient": { "DangerousAcceptAnyServerCertificate": true } """, IsFine),
        Cluster("HttpClient:MaxConnectionsPerServer", """ "HttpClient": { "MaxConnectionsPerServer": 1 } """, IsFine),
        Cluster("HttpClient:EnableMultipleHttp2Connections", """ "HttpClient": { "EnableMultipleHttp2Connections": false } """, IsFine),
        Cluster("HttpClient:RequestHeaderEncoding", """ "HttpClient": { "RequestHeaderEncoding": "latin1" } """, IsFine),
        Cluster("HttpClient:ResponseHeaderEncoding", """ "HttpClient": { "ResponseHeaderEncoding": "latin1" } """, IsFine),
        // Nothing listens there: that the app is not reached shows that the proxy was asked, or not.
        Cluster("HttpClient:WebProxy:Address", """ "HttpClient": { "WebProxy": { "Address": "http://127.0.0.1:9/" } } """, (answer, _) => answer.StatusCode == HttpStatusCode.BadGateway),
        Cluster("HttpClient:WebProxy:UseDefaultCredentials", """ "HttpClient": { "WebProxy": { "Address": "http://127.0.0.1:9/", "UseDefaultCredentials": true } } """, (answer, _) => answer.StatusCode == HttpStatusCode.BadGateway),
        Cluster("HttpClient:WebProxy:BypassOnLocal", """ "HttpClient": { "WebProxy": { "Address": "http://127.0.0.1:9/", "BypassOnLocal": true } } """, IsFine),
        Cluster("HttpRequest:ActivityTimeout", """ "HttpRequest": { "ActivityTimeout": "00:00:00.200" } """, (answer, _) => answer.StatusCode == HttpStatusCode.GatewayTimeout) with { Answer = NeverAsync },
        Cluster("HttpRequest:Version", """ "HttpRequest": { "Version": "1.1" } """, IsFine),
        Cluster("HttpRequest:VersionPolicy", """ "HttpRequest": { "Version": "2", "VersionPolicy": "RequestVersionOrLower" } """, IsFine),
        Cluster("HttpRequest:AllowResponseBuffering", """ "HttpRequest": { "AllowResponseBuffering": true } """, IsFine),
        Cluster("Metadata:*", """ "Metadata": { "TransportFailureRateHealthPolicy.RateLimit": "0.5" } """, IsFine),
        Cluster("Destinations:*:Host", """ "Destinations": { "one": { "Host": "inner.example" } } """, (_, app) => app?.Headers["Host"] == "inner.example"),
        Cluster("Destinations:*:Health", """ "Destinations": { "one": { "Health": "http://127.0.0.1:9/" } } """, IsFine),
        Cluster("Destinations:*:Metadata:*", """ "Destinations": { "one": { "Metadata": { "Rack": "7" } } } """, IsFine),
        Cluster("Destinations:*:Address", "", IsFine),
    ];

    /// <summary>What stops the start, and the key that it names.</summary>
    public static IReadOnlyList<(string Key, string Route, string Cluster)> Refused { get; } =
    [
        ("Routes:app:CorsPolicy", """ "CorsPolicy": "open" """, ""),
        ("Routes:app:CorsPolicy", """ "CorsPolicy": "Default" """, ""),
        ("Routes:app:RateLimiterPolicy", """ "RateLimiterPolicy": "slow" """, ""),
        ("Routes:app:OutputCachePolicy", """ "OutputCachePolicy": "anything" """, ""),
        ("Routes:app:TimeoutPolicy", """ "TimeoutPolicy": "long" """, ""),
        ("Routes:app:TimeoutPolicy", """ "TimeoutPolicy": "Disable", "Timeout": "00:00:01" """, ""),
        ("Routes:app:Timeout", """ "Timeout": "-00:00:01" """, ""),
        ("Routes:app:Timeout", """ "Timeout": "soon" """, ""),
        ("Routes:app:Order", """ "Order": "first" """, ""),
        ("Routes:app:MaxRequestBodySize", """ "MaxRequestBodySize": "1 MB" """, ""),
        ("Routes:app:Match:Headers:0:Mode", """ "Match": { "Path": "/x", "Headers": [ { "Name": "A", "Mode": "Maybe" } ] } """, ""),
        ("Routes:app:Match:Headers:0:IsCaseSensitive", """ "Match": { "Path": "/x", "Headers": [ { "Name": "A", "Values": [ "1" ], "IsCaseSensitive": "no" } ] } """, ""),
        ("Routes:app:Match:QueryParameters:0:Mode", """ "Match": { "Path": "/x", "QueryParameters": [ { "Name": "A", "Mode": "7" } ] } """, ""),
        ("Routes:app", """ "Match": { "Path": "/{x:nosuch}" } """, ""),
        ("Routes:app", """ "Match": { "Path": "/x", "Hosts": [ "a:b:c" ] } """, ""),
        ("Routes:app", """ "Transforms": [ { "NoSuch": "x" } ] """, ""),
        ("Routes:app", """ "Transforms": [ { "HttpMethodChange": "GET", "Set": "P OST" } ] """, ""),
        ("Routes:app:Transforms:0:RequestHeader", """ "Transforms": [ { "RequestHeader": "X A", "Set": "1" } ] """, ""),
        ("Routes:app:Transforms:0:Set", """ "Transforms": [ { "ResponseHeader": "X-A", "Set": "1\r\nSet-Cookie: a=b" } ] """, ""),
        ("Clusters:app", "", """ "LoadBalancingPolicy": "Best" """),
        ("Clusters:app", "", """ "SessionAffinity": { "Enabled": true, "Policy": "NoSuch", "AffinityKeyName": "k" } """),
        ("Clusters:app:SessionAffinity:Enabled", "", """ "SessionAffinity": { "Enabled": "maybe", "AffinityKeyName": "k" } """),
        ("Clusters:app:SessionAffinity:AffinityKeyName", "", """ "SessionAffinity": { "Enabled": true, "AffinityKeyName": "a b" } """),
        ("Clusters:app:SessionAffinity:AffinityKeyName", "", """ "SessionAffinity": { "Enabled": true, "AffinityKeyName": "__Host-mfa_session" } """),
        ("Clusters:app:SessionAffinity:Cookie:MaxAge", "", """ "SessionAffinity": { "Enabled": true, "AffinityKeyName": "k", "Cookie": { "MaxAge": "a day" } } """),
        ("Clusters:app:SessionAffinity:Cookie:SameSite", "", """ "SessionAffinity": { "Enabled": true, "AffinityKeyName": "k", "Cookie": { "SameSite": "Loose" } } """),
        ("Clusters:app:HealthCheck:Active:Interval", "", """ "HealthCheck": { "Active": { "Enabled": true, "Interval": "10 s" } } """),
        ("Clusters:app", "", """ "HealthCheck": { "Active": { "Enabled": true, "Policy": "NoSuch" } } """),
        ("Clusters:app:HttpClient:SslProtocols:0", "", """ "HttpClient": { "SslProtocols": [ "Tls9" ] } """),
        ("Clusters:app:HttpClient:MaxConnectionsPerServer", "", """ "HttpClient": { "MaxConnectionsPerServer": "many" } """),
        ("Clusters:app:HttpClient:RequestHeaderEncoding", "", """ "HttpClient": { "RequestHeaderEncoding": "utf-8" } """),
        ("Clusters:app:HttpClient:ResponseHeaderEncoding", "", """ "HttpClient": { "ResponseHeaderEncoding": "utf-8" } """),
        ("Clusters:app:HttpClient:WebProxy:Address", "", """ "HttpClient": { "WebProxy": { "Address": "nowhere" } } """),
        ("Clusters:app:HttpRequest:Version", "", """ "HttpRequest": { "Version": "one" } """),
        ("Clusters:app:HttpRequest:VersionPolicy", "", """ "HttpRequest": { "VersionPolicy": "Any" } """),
        ("Clusters:app:HttpRequest:ActivityTimeout", "", """ "HttpRequest": { "ActivityTimeout": "00:00:00" } """),
    ];

    /// <summary>Covered by tests of their own, with an app that is asked for its health.</summary>
    public static IReadOnlyList<string> ActiveChecks { get; } =
        ["Enabled", "Interval", "Timeout", "Policy", "Path", "Query"];

    private static IEnumerable<YarpCase> Headers() =>
        from part in new[] { "Name", "Values:*", "Mode", "IsCaseSensitive" }
        select Route($"Match:Headers:*:{part}", """ "Match": { "Path": "/{**rest}", "Headers": [ { "Name": "X-Kind", "Values": [ "Tea" ], "Mode": "HeaderPrefix", "IsCaseSensitive": true } ] } """,
            (_, app) => app is not null) with
        { Header = "X-Kind:Tea, green" };

    private static IEnumerable<YarpCase> Queries() =>
        from part in new[] { "Name", "Values:*", "Mode", "IsCaseSensitive" }
        select Route($"Match:QueryParameters:*:{part}", """ "Match": { "Path": "/{**rest}", "QueryParameters": [ { "Name": "x", "Values": [ "1" ], "Mode": "Prefix", "IsCaseSensitive": true } ] } """,
            (_, app) => app is not null);

    private static IEnumerable<YarpCase> Affinity()
    {
        foreach (var (part, cookie, seen) in new[]
        {
            ("Domain", "\"app.example.org\"", "domain=app.example.org"), ("Path", "\"/a\"", "path=/a"), ("SameSite", "\"Strict\"", "samesite=strict"),
            ("HttpOnly", "false", "k="), ("MaxAge", "\"01:00:00\"", "max-age=3600"), ("Expiration", "\"01:00:00\"", "expires="),
            ("IsEssential", "true", "k="), ("SecurePolicy", "\"Always\"", "secure"),
        })
        {
            yield return Cluster($"SessionAffinity:Cookie:{part}",
                $$""" "SessionAffinity": { "Enabled": true, "AffinityKeyName": "k", "Cookie": { "{{part}}": {{cookie}} } } """,
                (answer, _) => answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(value => value.Contains(seen, StringComparison.OrdinalIgnoreCase)));
        }
        foreach (var part in new[] { "Enabled", "Policy", "AffinityKeyName" })
        {
            foreach (var policy in new[] { "Cookie", "HashCookie", "ArrCookie" })
            {
                yield return Cluster($"SessionAffinity:{part}", $$""" "SessionAffinity": { "Enabled": true, "Policy": "{{policy}}", "AffinityKeyName": "k" } """,
                    (answer, _) => answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(value => value.StartsWith("k=", StringComparison.Ordinal)));
            }
        }
        yield return Cluster("SessionAffinity:Policy", """ "SessionAffinity": { "Enabled": true, "Policy": "CustomHeader", "AffinityKeyName": "X-Affine" } """,
            (answer, _) => answer.Headers.Contains("X-Affine"));
        yield return Cluster("SessionAffinity:FailurePolicy", """ "SessionAffinity": { "Enabled": true, "Policy": "CustomHeader", "AffinityKeyName": "X-Affine", "FailurePolicy": "Return503Error" } """,
            (answer, _) => answer.StatusCode == HttpStatusCode.ServiceUnavailable) with
        { Header = "X-Affine:broken" };
        yield return Cluster("SessionAffinity:FailurePolicy", """ "SessionAffinity": { "Enabled": true, "Policy": "CustomHeader", "AffinityKeyName": "X-Affine", "FailurePolicy": "Redistribute" } """,
            IsFine) with
        { Header = "X-Affine:broken" };
    }

    private static IEnumerable<YarpCase> Transforms() =>
    [
        Transform(""" { "PathPrefix": "/in" } """, (_, app) => app?.RawTarget == "/in/a/b?x=1"),
        Transform(""" { "PathRemovePrefix": "/a" } """, (_, app) => app?.RawTarget == "/b?x=1"),
        Transform(""" { "PathSet": "/set" } """, (_, app) => app?.RawTarget == "/set?x=1"),
        Transform(""" { "PathPattern": "/p/{rest}" } """, (_, app) => app?.RawTarget == "/p/b?x=1"),
        Transform(""" { "QueryValueParameter": "y", "Set": "2" } """, (_, app) => app?.RawTarget == "/a/b?x=1&y=2"),
        Transform(""" { "QueryValueParameter": "x", "Append": "2" } """, (_, app) => app?.RawTarget == "/a/b?x=1&x=2"),
        Transform(""" { "QueryRouteParameter": "y", "Set": "first" } """, (_, app) => app?.RawTarget == "/a/b?x=1&y=a"),
        Transform(""" { "QueryRemoveParameter": "x" } """, (_, app) => app?.RawTarget == "/a/b"),
        Transform(""" { "HttpMethodChange": "GET", "Set": "POST" } """, (_, app) => app?.Method == "POST"),
        Transform(""" { "RequestHeadersCopy": "false" } """, (_, app) => app?.Headers.ContainsKey("X-Kind") == false && app.Headers.ContainsKey("X-Mfa-Assertion")),
        Transform(""" { "RequestHeadersAllowed": "X-Kind" } """, (_, app) => app?.Headers["X-Kind"] == "Tea" && !app.Headers.ContainsKey("Accept") && app.Headers.ContainsKey("X-Mfa-Assertion")),
        Transform(""" { "RequestHeaderOriginalHost": "true" } """, (answer, app) => app?.Headers["Host"] == answer.RequestMessage!.RequestUri!.Authority),
        Transform(""" { "RequestHeader": "X-New", "Set": "1" } """, (_, app) => app?.Headers["X-New"] == "1"),
        Transform(""" { "RequestHeader": "X-Kind", "Append": "2" } """, (_, app) => app?.Headers["X-Kind"].Replace(",", "; ", StringComparison.Ordinal).Contains('2') == true),
        Transform(""" { "RequestHeader": "X-Mfa-Assertion", "Set": "forged" } """, (_, app) => app?.Headers["X-Mfa-Assertion"].Count(c => c == '.') == 2),
        Transform(""" { "RequestHeaderRemove": "X-Kind" } """, (_, app) => app?.Headers.ContainsKey("X-Kind") == false),
        Transform(""" { "RequestHeaderRemove": "X-Mfa-Assertion" } """, (_, app) => app?.Headers.ContainsKey("X-Mfa-Assertion") == true),
        Transform(""" { "RequestHeaderRouteValue": "X-First", "Set": "first" } """, (_, app) => app?.Headers["X-First"] == "a"),
        Transform(""" { "X-Forwarded": "Set", "HeaderPrefix": "X-Fwd-" } """, (_, app) => app?.Headers["X-Fwd-For"] == "127.0.0.1"),
        Transform(""" { "Forwarded": "for,proto,host,by", "ForFormat": "IpAndPort" } """, (_, app) => app?.Headers["Forwarded"].Contains("proto=http", StringComparison.Ordinal) == true),
        Transform(""" { "ClientCert": "X-Cert" } """, (_, app) => app?.Headers.ContainsKey("X-Cert") == false),
        Transform(""" { "ResponseHeadersCopy": "false" } """, (answer, _) => !answer.Headers.Contains("X-App")),
        Transform(""" { "ResponseHeadersAllowed": "X-App" } """, (answer, _) => answer.Headers.Contains("X-App")),
        Transform(""" { "ResponseHeader": "X-New", "Set": "1", "When": "Always" } """, (answer, _) => answer.Headers.Contains("X-New")),
        Transform(""" { "ResponseHeader": "X-App", "Append": "2" } """, (answer, _) => answer.Headers.GetValues("X-App").SelectMany(value => value.Split(',')).Any(value => value.Trim() == "2")),
        Transform(""" { "ResponseHeaderRemove": "X-App" } """, (answer, _) => !answer.Headers.Contains("X-App")),
        // HTTP/1.1 on both sides has no trailers here: what is seen is that the routes start and answer.
        Transform(""" { "ResponseTrailersCopy": "false" } """, IsFine),
        Transform(""" { "ResponseTrailersAllowed": "X-Sum" } """, IsFine),
        Transform(""" { "ResponseTrailer": "X-More", "Set": "1", "When": "Always" } """, IsFine),
        Transform(""" { "ResponseTrailerRemove": "X-Sum" } """, IsFine),
    ];

    private static YarpCase Transform(string transform, Func<HttpResponseMessage, ReceivedRequest?, bool> isSeen) =>
        Route("Transforms", $""" "Transforms": [ {transform} ] """, (answer, app) => answer.StatusCode == HttpStatusCode.OK && isSeen(answer, app)) with
        {
            Key = $"Transforms {transform.Trim()}",
            Header = "X-Kind:Tea",
            Answer = async context =>
            {
                context.Response.Headers["X-App"] = "1";
                await context.Response.WriteAsync("hello");
            },
        };

    private static YarpCase Route(string key, string route, Func<HttpResponseMessage, ReceivedRequest?, bool> isSeen) => new($"Routes:*:{key}", route, "", isSeen);

    private static YarpCase Cluster(string key, string cluster, Func<HttpResponseMessage, ReceivedRequest?, bool> isSeen) => new($"Clusters:*:{key}", "", cluster, isSeen);

    private static bool IsFine(HttpResponseMessage answer, ReceivedRequest? app) => answer.StatusCode == HttpStatusCode.OK && app is not null;

    private static Task NeverAsync(HttpContext context) => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
}
