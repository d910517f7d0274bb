using Xunit;

namespace MfaGateway.FunctionalTests.Advisories;

/// <summary>Requests whose end two servers see in different places, so that the rest becomes another request.</summary>
public sealed class FramingAdvisories(ReplayGateway gateway) : IClassFixture<ReplayGateway>
{
    private const string Framing = "src/MfaGateway/Hardening/StrictFramingMiddleware.cs";
    private const string Server = "src/MfaGateway/Hardening/KestrelHardening.cs";

    [Theory]
    [Advisory("CVE-2025-55315", "ASP.NET Core (Kestrel)", "A line feed alone in a chunk extension ends the line for one server and not for the next", Server)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2;\nxx\r\n40\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\nxx\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n0\r\nX: a\n\r\n")]
    public Task A_line_feed_alone_ends_no_line(string rest) => SmugglesNothingAsync(rest);

    [Theory]
    [Advisory("CVE-2020-11076", "Puma", "A Transfer-Encoding that is not known is ignored, and Content-Length or nothing counts instead", Framing)]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    public Task An_unknown_transfer_coding_is_refused(string rest) => SmugglesNothingAsync(rest);

    [Theory]
    [Advisory("CVE-2020-11077", "Puma", "With several transfer codings or headers one server sees chunks and the other a length", Framing)]
    [InlineData("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n")]
    public Task Several_transfer_codings_are_refused(string rest) => SmugglesNothingAsync(rest);

    [Fact]
    [Advisory("CVE-2022-22720", "Apache HTTP Server", "After a refusal the connection stays open, and the body that was not read is taken for a request", Framing)]
    public async Task A_connection_is_closed_after_a_request_without_a_certain_end()
    {
        var received = await gateway.ExchangeAsync(Post("Transfer-Encoding: chunked\r\nX-Content-Length: 5\r\n\r\n0\r\n\r\n") + Get("/next"));

        Assert.Equal(400, received.Status);
        Assert.Equal(1, received.Text.Split("HTTP/1.1 ").Length - 1);
        Assert.Empty(received.Forwarded);
    }

    [Theory]
    [Advisory("CVE-2023-25690", "Apache HTTP Server (mod_proxy)", "A rewritten path takes decoded line ends of the request into the request line that is sent", "src/MfaGateway.Core/Access/RequestTargetReader.cs")]
    [InlineData("/tenant/x%20HTTP/1.1%0d%0aRemote-User:%20root%0d%0aX:")]
    [InlineData("/tenant/x%0aRemote-User:%20root")]
    public async Task A_rewritten_path_carries_no_line_ends(string target)
    {
        var refused = await gateway.GetAsync(target);
        Assert.Equal(400, refused.Status);
        Assert.Empty(refused.Forwarded);

        Assert.StartsWith("GET /files/tenant/x%20y HTTP/1.1\r\n", (await gateway.GetAsync("/tenant/x%20y")).AtTheApp, StringComparison.Ordinal);
    }

    private async Task SmugglesNothingAsync(string rest)
    {
        var received = await gateway.ExchangeAsync(Post(rest) + Get("/next"));
        Assert.Empty(received.Forwarded);
        Assert.Equal(1, received.Text.Split("HTTP/1.1 ").Length - 1);

        var honest = await gateway.ExchangeAsync(Post("Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n") + Get("/next"));
        Assert.Equal(2, honest.Forwarded.Count);
        Assert.Contains("hello", honest.Forwarded[0], StringComparison.Ordinal);
    }

    private string Post(string rest) => $"POST /page HTTP/1.1\r\nHost: {gateway.Authority}\r\n{rest}";

    private string Get(string target) => $"GET {target} HTTP/1.1\r\nHost: {gateway.Authority}\r\nConnection: close\r\n\r\n";
}
