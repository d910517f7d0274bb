using System.Net;
using System.Text;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Api;

/// <summary>What another site can make a browser send, with the person's cookies on it.</summary>
public sealed class ApiForgeryAttacks
{
    private const string EndOthers = "/account/sessions/end-others";

    public static TheoryData<string, string> Elsewhere => new()
    {
        { "Sec-Fetch-Site", "cross-site" },
        { "Sec-Fetch-Site", "same-site" },
        { "Sec-Fetch-Site", "none" },
        { "Sec-Fetch-Site", "" },
        { "Origin", "https://evil.example" },
        { "Origin", "null" },
        { "Origin", "http://127.0.0.1:1" },
        { "Origin", "https://127.0.0.1" },
    };

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public async Task A_request_that_a_browser_calls_another_sites_changes_nothing(string header, string value)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var (client, other) = await SignInTwiceAsync(gateway);

        var answer = await client.SendAsync(HttpMethod.Post, EndOthers, ApiClient.Json("{}"), request => request.Headers.TryAddWithoutValidation(header, value));

        answer.Is(HttpStatusCode.BadRequest, "cross-origin-request");
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/session")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("true")]
    [InlineData("1, 1")]
    [InlineData(null)]
    public async Task A_request_without_the_header_changes_nothing_and_the_answer_names_it(string? value)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var (client, other) = await SignInTwiceAsync(gateway);

        var answer = await client.SendAsync(HttpMethod.Post, EndOthers, ApiClient.Json("{}"), request =>
        {
            request.Headers.Remove("Mfa-Csrf");
            if (value is not null)
                request.Headers.TryAddWithoutValidation("Mfa-Csrf", value);
        });

        answer.Is(HttpStatusCode.BadRequest, "csrf-header-missing");
        Assert.Contains("Mfa-Csrf: 1", answer.Visit.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/session")).Status);
    }

    [Fact]
    public async Task Every_endpoint_that_changes_something_wants_the_header()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var (client, _) = await SignInTwiceAsync(gateway);
        var document = await client.GetAsync("/openapi.json");

        var changes = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => (Method: operation.Key, Path: path.Key)))
            .Where(operation => operation.Method != "get").ToList();

        Assert.True(changes.Count > 15);
        foreach (var (method, path) in changes)
        {
            var answer = await client.SendAsync(
                new HttpMethod(method.ToUpperInvariant()), path.Replace("{id}", "x", StringComparison.Ordinal), ApiClient.Json("{}"),
                request => request.Headers.Remove("Mfa-Csrf"));
            answer.Is(HttpStatusCode.BadRequest, "csrf-header-missing");
        }
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "userName=ada&password=x")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\n\r\n{}\r\n--x--")]
    [InlineData("text/plain", "{\"userName\":\"ada\",\"password\":\"x\"}")]
    [InlineData("text/plain;application/json", "{\"userName\":\"ada\",\"password\":\"x\"}")]
    [InlineData("application/json; charset=utf-16", "{\"userName\":\"ada\",\"password\":\"x\"}")]
    [InlineData("application/jsonp", "{\"userName\":\"ada\",\"password\":\"x\"}")]
    [InlineData("application/problem+json", "{\"userName\":\"ada\",\"password\":\"x\"}")]
    [InlineData("*/*", "{\"userName\":\"ada\",\"password\":\"x\"}")]
    [InlineData(null, "{\"userName\":\"ada\",\"password\":\"x\"}")]
    public async Task Nothing_is_taken_that_a_form_could_send(string? mediaType, string body)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var client = new ApiClient(gateway.NewBrowser());

        var answer = await client.SendAsync(HttpMethod.Post, "/sign-in", Content(mediaType, body));

        answer.Is(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    [Theory]
    [InlineData("OPTIONS", "/sign-in")]
    [InlineData("OPTIONS", "/session")]
    [InlineData("GET", "/settings")]
    public async Task No_other_origin_is_ever_allowed_to_read_or_send(string method, string path)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var client = new ApiClient(gateway.NewBrowser());

        // The client holds every answer to having no Access-Control-Allow-Origin.
        var answer = await client.SendAsync(new HttpMethod(method), path, content: null, request =>
        {
            request.Headers.TryAddWithoutValidation("Origin", "https://evil.example");
            request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");
            request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", "mfa-csrf, content-type");
        });

        Assert.DoesNotContain(answer.Visit.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(method == "OPTIONS" ? HttpStatusCode.MethodNotAllowed : HttpStatusCode.OK, answer.Status);
        Assert.Equal("same-origin", answer.Visit.Header("Cross-Origin-Resource-Policy"));
    }

    [Theory]
    [InlineData("same-origin", null)]
    [InlineData("same-origin", "null")]
    [InlineData(null, "own")]
    [InlineData("same-origin", "own")]
    public async Task A_script_of_this_origin_is_let_through(string? site, string? origin)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:Api:BrowserChanges", "true"));
        var (client, other) = await SignInTwiceAsync(gateway);

        var answer = await client.SendAsync(HttpMethod.Post, EndOthers, ApiClient.Json("{}"), request =>
        {
            if (site is not null)
                request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", site);
            if (origin is not null)
                request.Headers.TryAddWithoutValidation("Origin", origin == "own" ? gateway.Address.GetLeftPart(UriPartial.Authority) : origin);
        });

        answer.IsDone();
        (await other.GetAsync("/session")).Is(HttpStatusCode.Unauthorized, "sign-in-required");
    }

    private static ByteArrayContent Content(string? mediaType, string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (mediaType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return content;
    }

    private static async Task<(ApiClient Client, ApiClient Other)> SignInTwiceAsync(GatewayUnderTest gateway)
    {
        var ada = await (await gateway.AddPersonAsync()).WithAuthenticatorAsync();
        var (client, other) = (new ApiClient(gateway.NewBrowser()), new ApiClient(gateway.NewBrowser()));
        await ApiJourneys.SignInAsync(client, ada);
        gateway.Time.Advance(TimeSpan.FromSeconds(30));
        await ApiJourneys.SignInAsync(other, ada);
        return (client, other);
    }
}
