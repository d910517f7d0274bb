using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>A stranger sends a request whose end two servers see in different places, to have the rest taken for another request.</summary>
public sealed class FramingAttacks : IAsyncLifetime
{
    private const string Head = "POST /x HTTP/1.1\r\nHost: gateway.example\r\n";
    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: gateway.example\r\nX: ";
    private const string Next = "GET /next HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n\r\n";

    private readonly EchoUpstream upstream = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => upstream.DisposeAsync();

    [Theory]
    [InlineData("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nX")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nX-Content-Length: 5\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: \u000Bchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(" Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")]
    [InlineData("Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("Content-Length: 5, 5\r\n\r\nhello")]
    [InlineData("Content-Length: -5\r\n\r\nhello")]
    [InlineData("Content-Length: 0x5\r\n\r\nhello")]
    [InlineData("Content-Length: 5 5\r\n\r\nhello")]
    [InlineData("Content-Length : 5\r\n\r\nhello")]
    [InlineData("Content-Length:\r\n 5\r\n\r\nhello")]
    [InlineData("Content-Length: 99999999999999999999\r\n\r\nhello")]
    [InlineData("X: a\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("X: a\rContent-Length: 5\r\n\r\nhello")]
    [InlineData("X: a\0b\r\n\r\n")]
    [InlineData("Content-Length: 5\n\nhello")]
    [InlineData("Content-Length: 5\r\n\nhello")]
    public async Task A_request_without_one_certain_end_is_refused_and_the_connection_closed(string rest)
    {
        await using var gateway = await StartAsync();
        var response = await gateway.SendAsync(Head + rest + Next);
        Assert.Equal(400, response.Status);
        Assert.Equal(1, response.Count);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task A_request_line_that_ends_with_a_bare_line_feed_is_refused()
    {
        await using var gateway = await StartAsync();
        Assert.Equal(400, (await gateway.SendAsync("GET /x HTTP/1.1\nHost: gateway.example\r\nConnection: close\r\n\r\n")).Status);
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task A_chunked_body_in_HTTP_1_0_is_refused()
    {
        await using var gateway = await StartAsync();
        Assert.Equal(400, (await gateway.SendAsync("POST /x HTTP/1.0\r\nHost: gateway.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")).Status);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5;\nxx\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2;\nxx\r\n4d\r\n0\r\n\r\n" + Smuggled)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n")]
    public async Task Nothing_behind_a_broken_chunk_is_taken_for_a_request(string rest)
    {
        await using var gateway = await StartAsync();
        await gateway.SendAsync(Head + rest + Next);
        Assert.DoesNotContain(upstream.Requests, request => request.Contains("/next", StringComparison.Ordinal));
        Assert.DoesNotContain(upstream.Requests, request => request.StartsWith("GET /smuggled", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("transfer-encoding:\tChunked \r\nConnection: close\r\n\r\n5;ext=\"v\"\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 5\r\nConnection: close\r\n\r\nhello")]
    public async Task Honest_bodies_arrive(string rest)
    {
        await using var gateway = await StartAsync();
        var response = await gateway.SendAsync(Head + rest);
        Assert.Equal(200, response.Status);
        Assert.Contains("hello", response.ForwardedHead, StringComparison.Ordinal);
    }

    /// <summary>Kestrel takes a sign; what it sends on has none, so no second server can stumble over it.</summary>
    [Fact]
    public async Task A_length_with_a_sign_arrives_without_it()
    {
        await using var gateway = await StartAsync();
        Assert.Equal("5", (await gateway.SendAsync(Head + "Content-Length: +5\r\nConnection: close\r\n\r\nhello")).Forwarded("Content-Length"));
    }

    [Fact]
    public async Task A_client_that_means_several_requests_gets_several_answers()
    {
        await using var gateway = await StartAsync();
        var response = await gateway.SendAsync("GET /one HTTP/1.1\r\nHost: gateway.example\r\n\r\n" + Next);
        Assert.Equal(2, response.Count);
    }

    [Fact]
    public async Task A_header_beyond_ASCII_arrives_byte_by_byte_in_both_directions()
    {
        await using var gateway = await StartAsync();
        var response = await gateway.GetAsync("/x", "X-Name: caf\u00E9 \u00C3\u00BC\u0080\u00FF\r\nCookie: a=\u00FC\r\nReferer: http://x/\u00E4\r\n");
        Assert.Equal(200, response.Status);
        Assert.Equal("caf\u00E9 \u00C3\u00BC\u0080\u00FF", response.Forwarded("X-Name"));
        Assert.Equal("a=\u00FC", response.Forwarded("Cookie"));
        Assert.Equal("http://x/\u00E4", response.Forwarded("Referer"));
        Assert.Contains("X-Echo: caf\u00E9\r\n", response.Text, StringComparison.Ordinal);
    }

    private Task<BareGateway> StartAsync() => BareGateway.StartAsync([BareGateway.Route("/{**rest}", "Anonymous")], upstream.Address);
}
