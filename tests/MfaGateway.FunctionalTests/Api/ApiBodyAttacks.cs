using System.Net;
using System.Text;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Api;

/// <summary>Documents that two parsers could read in two ways, that are no documents, or that are too much.</summary>
public sealed class ApiBodyAttacks
{
    public static TheoryData<string> Malformed =>
    [
        "",
        "null",
        "[]",
        "\"ada\"",
        "{",
        "{}",
        "{}{}",
        """{"userName":"ada"}""",
        """{"userName":"ada","password":null}""",
        """{"userName":"ada","password":12345678}""",
        """{"userName":["ada"],"password":"x"}""",
        """{"userName":"ada","password":"x","admin":true}""",
        """{"userName":"ada","password":"x","returnUrl":7}""",
        """{"userName":"ada","password":"x","password":"y"}""",
        """{"userName":"ada","password":"x","p\u0061ssword":"y"}""",
        """{"UserName":"ada","Password":"x"}""",
        """{"userName":"ada","password":"x",}""",
        """{"userName":"ada","password":"x"} // and more""",
        """{"userName":"ada","password":"\ud800"}""",
        """{"userName":"ada","password":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}""",
        """{"$type":"x","userName":"ada","password":"x"}""",
        "\uFEFF{\"userName\":\"ada\",\"password\":\"x\"}",
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task What_has_not_one_meaning_is_refused_before_anything_looks_at_it(string body)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var client = new ApiClient(gateway.NewBrowser());

        var answer = await client.SendAsync(HttpMethod.Post, "/sign-in", ApiClient.Json(body));

        answer.Is(HttpStatusCode.BadRequest, "malformed-body");
    }

    [Fact]
    public async Task Text_that_is_no_UTF8_is_refused()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        var content = new ByteArrayContent([.. Encoding.ASCII.GetBytes("{\"userName\":\"ada\",\"password\":\""), 0xff, 0xfe, .. Encoding.ASCII.GetBytes("\"}")]);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");

        (await client.SendAsync(HttpMethod.Post, "/sign-in", content)).Is(HttpStatusCode.BadRequest, "malformed-body");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_than_16_KiB_is_not_read(bool chunked)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var client = new ApiClient(gateway.NewBrowser());
        var text = $$"""{"userName":"ada","password":"{{new string('x', 16 * 1024)}}"}""";

        var answer = await client.SendAsync(HttpMethod.Post, "/sign-in", ApiClient.Json(text), request =>
            request.Headers.TransferEncodingChunked = chunked);

        answer.Is(HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    [Fact]
    public async Task An_endpoint_that_needs_nothing_takes_nothing_or_an_empty_document()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var client = new ApiClient(gateway.NewBrowser());

        (await client.SendAsync(HttpMethod.Post, "/sign-out", content: null)).IsDone();
        (await client.SendAsync(HttpMethod.Post, "/sign-out", ApiClient.Json("{}"))).IsDone();
        (await client.SendAsync(HttpMethod.Post, "/sign-out", ApiClient.Json("""{"all":true}"""))).Is(HttpStatusCode.BadRequest, "malformed-body");
        (await client.SendAsync(HttpMethod.Post, "/sign-out", new StringContent("x=1"))).Is(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    [Theory]
    [InlineData("GET", "/sign-in", HttpStatusCode.MethodNotAllowed, "POST")]
    [InlineData("PUT", "/account/authenticators/7", HttpStatusCode.MethodNotAllowed, "DELETE, PATCH")]
    [InlineData("POST", "/session", HttpStatusCode.MethodNotAllowed, "GET")]
    [InlineData("GET", "/nowhere", HttpStatusCode.NotFound, null)]
    [InlineData("POST", "", HttpStatusCode.NotFound, null)]
    [InlineData("GET", "/../v2/flow", HttpStatusCode.NotFound, null)]
    public async Task What_is_not_there_is_a_problem_and_never_a_page(string method, string path, HttpStatusCode status, string? allow)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var client = new ApiClient(gateway.NewBrowser());

        var answer = await client.SendAsync(new HttpMethod(method), path, content: null);

        answer.Is(status, status == HttpStatusCode.NotFound ? "not-found" : "method-not-allowed");
        Assert.Equal(allow, answer.Visit.Header("Allow"));
        Assert.Empty(gateway.Upstream.Requests);
    }
}
