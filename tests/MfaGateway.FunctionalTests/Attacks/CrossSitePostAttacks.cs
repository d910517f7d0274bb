using System.Net;
using System.Text;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>A form of another site that is meant for an app: it arrives where the route allows it, as it is, and once.</summary>
public sealed class CrossSitePostAttacks
{
    private const string Target = "/saml/acs?x=1&y=%22";

    [Fact]
    public async Task The_page_posts_the_same_fields_once_more_as_the_person_who_is_signed_in()
    {
        await using var gateway = await StartAsync();
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        using var signedIn = gateway.NewBrowser();
        using var withoutCookie = gateway.NewBrowser();
        await ada.SignInAsync(signedIn);
        const string Body = "SAMLResponse=PHNhbWw%2BPC8%3D&RelayState=%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E&a=1&a=2&empty=&caf%C3%A9=%E2%82%AC+x%0D%0Ay&submit=1";

        var page = await withoutCookie.SendAsync(Post(Target, Body), Foreign);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal("no-store", page.Header("Cache-Control"));
        Assert.DoesNotContain("form-action", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("script-src 'self'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.Upstream.Requests, request => request.Method == "POST");
        var form = Assert.Single(page.Page.Forms);
        Assert.Null(form.GetAttribute("action"));
        Assert.Empty(page.Page.QuerySelectorAll("script:not([src])"));

        string? received = null;
        gateway.Upstream.Answer = async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            received = await reader.ReadToEndAsync();
        };
        var again = await signedIn.PostAsync(Target, page.Form().Values, Own);

        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal(Fields(Body), Fields(received!));
        Assert.Equal("ada", gateway.Upstream.Last.Headers["Remote-User"]);
    }

    [Fact]
    public async Task It_is_not_offered_a_second_time()
    {
        await using var gateway = await StartAsync();
        using var browser = gateway.NewBrowser();

        var again = await browser.SendAsync(Post(Target, "a=1"), Own);

        Assert.Equal(HttpStatusCode.Unauthorized, again.Status);
        Assert.Empty(again.Page.Forms);
    }

    public static TheoryData<string, string, string?, Action<HttpRequestMessage>> NotOffered => new()
    {
        { "another route", "/", null, _ => { } },
        { "a script's", Target, null, request => Set(request, "Sec-Fetch-Mode", "no-cors") },
        { "a frame's", Target, null, request => Set(request, "Sec-Fetch-Dest", "iframe") },
        { "a sibling's", Target, null, request => Set(request, "Sec-Fetch-Site", "same-site") },
        { "with a session cookie", Target, null, request => request.Headers.Add("Cookie", "mfa_session=" + new string('A', 43)) },
        { "a file's", Target, "multipart/form-data; boundary=x", _ => { } },
        { "plain text", Target, "text/plain", _ => { } },
        { "JSON", Target, "application/json", _ => { } },
        { "another encoding", Target, "application/x-www-form-urlencoded; charset=iso-8859-1", _ => { } },
        { "not UTF-8", Target, null, request => request.Content = Content("a=%FF") },
        { "with a zero", Target, null, request => request.Content = Content("a=%00") },
        { "too many fields", Target, null, request => request.Content = Content(string.Join('&', Enumerable.Repeat("a=1", 1025))) },
        { "over a mebibyte", Target, null, request => request.Content = Content("a=" + new string('x', 1024 * 1024)) },
    };

    [Theory]
    [MemberData(nameof(NotOffered), DisableDiscoveryEnumeration = true)]
    public async Task Anything_else_is_refused_as_before(string what, string url, string? mediaType, Action<HttpRequestMessage> change)
    {
        await using var gateway = await StartAsync();
        using var browser = gateway.NewBrowser();
        using var message = Post(url, "a=1");
        if (mediaType is not null)
            message.Content!.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(mediaType);

        var answer = await browser.SendAsync(message, request =>
        {
            Foreign(request);
            change(request);
        });

        Assert.True(answer.Status == HttpStatusCode.Unauthorized, what);
        Assert.DoesNotContain("data-send-now", answer.Body, StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Requests);
    }

    [Theory]
    [InlineData(128 * 1024, HttpStatusCode.OK)]
    [InlineData((128 * 1024) + 1, HttpStatusCode.Unauthorized)]
    public async Task A_hundred_and_twenty_eight_kibibytes_are_taken_and_no_more(int length, HttpStatusCode expected)
    {
        await using var gateway = await StartAsync();
        using var browser = gateway.NewBrowser();

        var page = await browser.SendAsync(Post(Target, "a=" + new string('"', length - 2)), Foreign);

        Assert.Equal(expected, page.Status);
    }

    private static Task<GatewayUnderTest> StartAsync() => GatewayUnderTest.StartAsync(setup => setup
        .Route("acs", "/saml/{**path}", null)
        .Route("app", "/{**path}", null)
        .With("ReverseProxy:Routes:acs:Metadata:MfaGateway.AllowCrossSitePosts", "true"));

    private static HttpRequestMessage Post(string url, string body) => new(HttpMethod.Post, url) { Content = Content(body) };

    private static ByteArrayContent Content(string body)
    {
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded");
        return content;
    }

    private static void Foreign(HttpRequestMessage request)
    {
        Set(request, "Sec-Fetch-Site", "cross-site");
        Set(request, "Sec-Fetch-Mode", "navigate");
        Set(request, "Sec-Fetch-Dest", "document");
        Set(request, "Origin", "https://idp.example");
    }

    private static void Own(HttpRequestMessage request)
    {
        Foreign(request);
        Set(request, "Sec-Fetch-Site", "same-origin");
        Set(request, "Origin", "null");
    }

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }

    private static IEnumerable<(string, string)> Fields(string body) => body.Split('&').Select(pair => pair.Split('=', 2))
        .Select(pair => (Decode(pair[0]), Decode(pair[1])));

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
