using System.Net;
using System.Text;
using MfaGateway.TestKit;
using Microsoft.AspNetCore.Routing.Patterns;

namespace MfaGateway.Benchmarks.Costs;

/// <summary>One way to ask for one of the gateway's endpoints, without being anybody.</summary>
/// <param name="PrepareAsync">What is done once (a page is opened), and what is measured then.</param>
/// <param name="Ceiling">CPU time of one request, at most.</param>
internal sealed record StrangerVisit(string Name, Func<Browser, Task<Func<Task<HttpStatusCode>>>> PrepareAsync, TimeSpan Ceiling)
{
    /// <summary>Of whatever has no ceiling of its own below, endpoints that are new included.</summary>
    private static readonly TimeSpan Ordinary = TimeSpan.FromMilliseconds(10);

    /// <summary>A password is hashed, which is meant to cost this much; how often is counted.</summary>
    private static readonly TimeSpan OneHash = TimeSpan.FromMilliseconds(400);

    /// <summary>Something is written into the store, which syncs to the disk.</summary>
    private static readonly TimeSpan OneRow = TimeSpan.FromMilliseconds(30);

    /// <summary>As it comes: no cookie, no token, and a body that is nothing where there is one.</summary>
    public static StrangerVisit Plain(string method, string url) => new(
        $"`{method} {url}`",
        browser => Task.FromResult<Func<Task<HttpStatusCode>>>(async () =>
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), url);
            if (method is "POST" or "PUT" or "PATCH")
                request.Content = BodyFor(url, "x");
            return (await browser.SendAsync(request)).Status;
        }),
        Ordinary);

    /// <summary>What a stranger who means harm sends.</summary>
    public static IEnumerable<StrangerVisit> Special(string prefix) =>
    [
        Posted("a sign-in of a name that nobody has", $"{prefix}/sign-in", OneHash, ("username", "nobody"), ("password", "the-Wrong-Teapot-17")),
        Posted("a code to an address that nobody has", $"{prefix}/sign-in/code", OneRow, ("email", "nobody@example.org")),
        Heavy("a form of 16 KiB without a token", "POST", $"{prefix}/sign-in", request => request.Content = BodyFor(request.RequestUri!.OriginalString, new string('x', 16_000))),
        Heavy("a form of 1 MiB", "POST", $"{prefix}/sign-in", request => request.Content = BodyFor(request.RequestUri!.OriginalString, new string('x', 1 << 20))),
        Heavy("JSON of 16 KiB", "POST", $"{prefix}/api/v1/sign-in", request => request.Content = BodyFor(request.RequestUri!.OriginalString, new string('[', 16_000))),
        Heavy("16 KiB of cookies", "GET", $"{prefix}/sign-in", request => request.Headers.TryAddWithoutValidation("Cookie", Cookies())),
        Heavy("a session cookie of nobody", "GET", "/", request => request.Headers.TryAddWithoutValidation("Cookie", $"mfa_session={new string('A', 43)}")),
        Heavy("a page that is not there", "GET", $"{prefix}/nothing", _ => { }),
        Heavy("a path with many readings", "GET", $"{prefix}/{string.Concat(Enumerable.Repeat("%252f%2e%2e;a=b/", 60))}", _ => { }),
        Heavy("a return URL of 2 KB", "GET", $"{prefix}/sign-in?returnUrl=%2F{new string('a', 2000)}", _ => { }),
    ];

    /// <summary>A path that meets the pattern: each parameter is <c>x</c>.</summary>
    public static string UrlOf(RoutePattern pattern)
    {
        var url = new StringBuilder();
        foreach (var segment in pattern.PathSegments)
        {
            url.Append('/');
            foreach (var part in segment.Parts)
                url.Append(part is RoutePatternLiteralPart literal ? literal.Content : "x");
        }

        return url.Length == 0 ? "/" : url.ToString();
    }

    private static StrangerVisit Posted(string name, string url, TimeSpan ceiling, params (string Name, string Value)[] fields) => new(
        name,
        async browser =>
        {
            var page = await browser.GetAsync(url);
            return async () => (await browser.SubmitAsync(page, fields)).Status;
        },
        ceiling);

    private static StrangerVisit Heavy(string name, string method, string url, Action<HttpRequestMessage> adjust) => new(
        name,
        browser => Task.FromResult<Func<Task<HttpStatusCode>>>(async () =>
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), url);
            adjust(request);
            try
            {
                return (await browser.SendAsync(request)).Status;
            }
            catch (HttpRequestException)
            {
                return HttpStatusCode.RequestEntityTooLarge; // the connection was cut while the body was still on its way
            }
        }),
        Ordinary);

    private static StringContent BodyFor(string url, string text) => url.Contains("/api/", StringComparison.Ordinal)
        ? new(text, Encoding.UTF8, "application/json")
        : new($"username={text}", Encoding.UTF8, "application/x-www-form-urlencoded");

    private static string Cookies() =>
        string.Join("; ", Enumerable.Range(0, 200).Select(number => $"c{number}={new string('a', 70)}"));
}
