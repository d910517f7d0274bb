using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MfaGateway.FunctionalTests.Proxying;

/// <summary>For a person who is signed in the gateway is not there: what an app answers arrives as it was sent.</summary>
public sealed class PassThroughTests(PassThroughGateway gateway) : IClassFixture<PassThroughGateway>, IDisposable
{
    private static readonly string[] OwnHeaders = ["Content-Security-Policy", "X-Frame-Options", "Referrer-Policy", "Strict-Transport-Security", "Cache-Control"];

    public void Dispose() => gateway.App.Answer = null;

    [Fact]
    public async Task A_redirect_and_cookies_of_an_app_arrive_untouched()
    {
        string[] cookies =
        [
            "sid=a1; Path=/; Domain=.example.org; HttpOnly; SameSite=None; Partitioned; Priority=High",
            "odd=\"q r\" ; expires=Wed, 09 Jun 2031 10:18:14 GMT;max-age=1;;foo",
            "sid=a2; path=/elsewhere",
        ];
        gateway.Raw.AnswerAlways(
            "HTTP/1.1 302 Moved To Wherever\r\nLocation: http://internal.example:8080/a%2Fb?x=%7e#frag\r\n"
            + string.Concat(cookies.Select(cookie => $"Set-Cookie: {cookie}\r\n")) + "Content-Length: 0\r\n\r\n");

        using var answer = await gateway.GetAsync("/raw/page");

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal("http://internal.example:8080/a%2Fb?x=%7e#frag", Header(answer, "Location"));
        Assert.Equal(cookies, answer.Headers.NonValidated["Set-Cookie"]);
    }

    [Fact]
    public async Task What_an_app_says_of_itself_and_of_time_is_left_alone()
    {
        gateway.Raw.AnswerAlways(
            "HTTP/1.1 200 OK\r\nServer: Old/1.0 (VMS)\r\nDate: Tue, 01 Jan 2019 00:00:00 GMT\r\nX-Powered-By: tape\r\n"
            + "Cache-Control: public, max-age=60\r\nVary: Cookie\r\nContent-Length: 2\r\n\r\nok");

        using var answer = await gateway.GetAsync("/raw/page");

        Assert.Equal("Old/1.0 (VMS)", Header(answer, "Server"));
        Assert.Equal("Tue, 01 Jan 2019 00:00:00 GMT", Header(answer, "Date"));
        Assert.Equal("tape", Header(answer, "X-Powered-By"));
        Assert.Equal("public, max-age=60", Header(answer, "Cache-Control"));
        Assert.All(OwnHeaders.Except(["Cache-Control"]), name => Assert.Null(Header(answer, name)));
    }

    [Theory]
    [InlineData(401, true)]
    [InlineData(403, true)]
    [InlineData(404, true)]
    [InlineData(404, false)]
    [InlineData(500, true)]
    [InlineData(500, false)]
    [InlineData(503, true)]
    public async Task An_empty_refusal_or_fault_of_an_app_is_not_replaced_by_a_page_of_ours(int status, bool navigation)
    {
        gateway.App.Answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };

        using var answer = await gateway.GetAsync("/page", request => Navigate(request, navigation));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsStringAsync());
        Assert.Null(answer.Content.Headers.ContentType);
        Assert.All(OwnHeaders, name => Assert.Null(Header(answer, name)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_app_that_is_not_there_is_told_as_a_page_to_people_and_as_a_problem_to_programs(bool navigation)
    {
        using var answer = await gateway.GetAsync("/down/page", request => Navigate(request, navigation));
        var body = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(navigation ? "text/html" : "application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(navigation ? "<h1" : "urn:mfagateway:problem:", body, StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.DownPort, body, StringComparison.Ordinal);
        Assert.All(OwnHeaders, name => Assert.NotNull(Header(answer, name)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_app_that_hangs_up_without_an_answer_is_told_likewise(bool navigation)
    {
        gateway.Raw.Converse = connection => connection.HearAsync();

        using var answer = await gateway.GetAsync("/raw/page", request => Navigate(request, navigation));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(navigation ? "text/html" : "application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_never_taken_for_a_whole_one()
    {
        gateway.Raw.Converse = async connection =>
        {
            await connection.HearAsync();
            await connection.SayAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        };

        await Assert.ThrowsAnyAsync<HttpRequestException>(async () =>
        {
            using var answer = await gateway.GetAsync("/raw/page");
            await answer.Content.ReadAsStringAsync();
        });
    }

    [Fact]
    public async Task HEAD_gives_the_length_and_no_body()
    {
        gateway.App.Answer = context =>
        {
            context.Response.ContentLength = 123_456;
            context.Response.Headers.ETag = "\"v1\"";
            return Task.CompletedTask;
        };

        using var answer = await gateway.SendAsync(gateway.Request(HttpMethod.Head, "/file"));

        Assert.Equal("HEAD", gateway.App.Last.Method);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(123_456, answer.Content.Headers.ContentLength);
        Assert.Equal("\"v1\"", Header(answer, "ETag"));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_range_is_asked_for_and_given_as_it_is()
    {
        gateway.App.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = "bytes 2-5/10";
            context.Response.Headers.AcceptRanges = "bytes";
            return context.Response.WriteAsync("cdef");
        };

        using var answer = await gateway.GetAsync("/file", request =>
        {
            request.Headers.TryAddWithoutValidation("Range", "bytes=2-5");
            request.Headers.TryAddWithoutValidation("If-Range", "\"v1\"");
        });

        Assert.Equal("bytes=2-5", gateway.App.Last.Headers["Range"]);
        Assert.Equal("\"v1\"", gateway.App.Last.Headers["If-Range"]);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal("bytes 2-5/10", Header(answer, "Content-Range"));
        Assert.Equal("cdef", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_conditional_request_is_the_apps_to_decide()
    {
        gateway.App.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            context.Response.Headers.ETag = "W/\"v1\"";
            return Task.CompletedTask;
        };

        using var answer = await gateway.GetAsync("/file", request =>
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", "W/\"v1\", \"v0\"");
            request.Headers.TryAddWithoutValidation("If-Modified-Since", "Tue, 01 Jan 2019 00:00:00 GMT");
        });

        Assert.Equal("W/\"v1\", \"v0\"", gateway.App.Last.Headers["If-None-Match"]);
        Assert.Equal("Tue, 01 Jan 2019 00:00:00 GMT", gateway.App.Last.Headers["If-Modified-Since"]);
        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        Assert.Equal("W/\"v1\"", Header(answer, "ETag"));
    }

    [Fact]
    public async Task A_compressed_answer_arrives_compressed()
    {
        var compressed = Compress("the same words, the same words, the same words");
        gateway.App.Answer = async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            context.Response.ContentLength = compressed.Length;
            await context.Response.Body.WriteAsync(compressed);
        };

        using var answer = await gateway.GetAsync("/file", request => request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip;q=0.9, br"));

        Assert.Equal("gzip;q=0.9, br", gateway.App.Last.Headers["Accept-Encoding"]);
        Assert.Equal("gzip", Header(answer, "Content-Encoding"));
        Assert.Equal(compressed, await answer.Content.ReadAsByteArrayAsync());

        using var plain = await gateway.GetAsync("/file");
        Assert.False(gateway.App.Last.Headers.ContainsKey("Accept-Encoding"));
    }

    [Fact]
    public async Task Early_hints_do_not_stand_in_for_the_answer()
    {
        gateway.Raw.AnswerAlways(
            "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfinal");

        using var answer = await gateway.GetAsync("/raw/page");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("final", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_upload_of_a_known_length_stays_one()
    {
        using var answer = await gateway.SendAsync(gateway.Request(HttpMethod.Put, "/file", new ByteArrayContent(new byte[70_000])));

        Assert.Equal("70000", gateway.App.Last.Headers["Content-Length"]);
        Assert.False(gateway.App.Last.Headers.ContainsKey("Transfer-Encoding"));
    }

    [Fact]
    public async Task A_chunked_upload_stays_chunked()
    {
        gateway.App.Answer = async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync(await reader.ReadToEndAsync());
        };
        var body = new PiecemealContent();
        await body.SendAsync("abc"u8.ToArray());
        await body.EndAsync();

        using var answer = await gateway.SendAsync(gateway.Request(HttpMethod.Post, "/file", body));

        Assert.Equal("abc", await answer.Content.ReadAsStringAsync());
        Assert.Equal("chunked", gateway.App.Last.Headers["Transfer-Encoding"]);
        Assert.False(gateway.App.Last.Headers.ContainsKey("Content-Length"));
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("POST")]
    [InlineData("PROPFIND")]
    public async Task A_request_without_a_body_is_given_none(string method)
    {
        using var answer = await gateway.SendAsync(gateway.Request(new HttpMethod(method), "/file"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(gateway.App.Last.Headers.ContainsKey("Transfer-Encoding"));
    }

    [Fact]
    public async Task An_app_can_refuse_an_upload_before_any_of_it_was_sent()
    {
        gateway.Raw.Converse = async connection =>
        {
            Assert.Contains("Expect: 100-continue", await connection.HearHeadAsync(), StringComparison.OrdinalIgnoreCase);
            await connection.SayAsync("HTTP/1.1 413 Too Big\r\nContent-Length: 6\r\nConnection: close\r\n\r\ntoobig");
        };

        var (stream, client) = await gateway.ConnectAsync("PUT /raw/file HTTP/1.1\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n");
        await using (stream)
            Assert.StartsWith("HTTP/1.1 413", await client.HearHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_waits_for_a_go_ahead_is_given_it()
    {
        gateway.Raw.Converse = async connection =>
        {
            await connection.HearHeadAsync();
            await connection.SayAsync("HTTP/1.1 100 Continue\r\n\r\n");
            var body = await connection.HearOctetsAsync(5);
            await connection.SayAsync($"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n{body}");
        };

        var (stream, client) = await gateway.ConnectAsync("PUT /raw/file HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n");
        await using (stream)
        {
            Assert.StartsWith("HTTP/1.1 100", await client.HearHeadAsync(), StringComparison.Ordinal);
            await client.SayAsync("hello");
            Assert.EndsWith("\r\n\r\nhello", await client.HearAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_HTTP_1_0_app_is_sent_one_request_a_connection()
    {
        await using var old = new SocketUpstream();
        var closing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        old.Converse = async connection =>
        {
            await connection.HearAsync();
            await connection.SayAsync("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok");
            // The close takes its time: whatever comes on this connection meanwhile is never read.
            await connection.WaitForAsync(closing.Task);
        };
        await using var single = await TestKit.GatewayUnderTest.StartAsync(setup => setup
            .Route("all", "/{**path}", "Anonymous")
            .With("ReverseProxy:Clusters:app:Destinations:one:Address", old.Address.ToString()));
        using var browser = single.NewBrowser();

        for (var i = 1; i <= 3; i++)
        {
            var answer = await browser.GetAsync("/").WaitAsync(PassThroughGateway.Patience, TimeProvider.System);
            Assert.Equal("ok", answer.Body);
            Assert.Null(answer.Header("Connection"));
            Assert.Equal(i, old.Connections);
        }

        closing.SetResult();
    }

    [Fact]
    public async Task An_HTTP_1_1_app_is_sent_many_requests_a_connection()
    {
        await using var modern = new SocketUpstream();
        modern.AnswerAlways("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var single = await TestKit.GatewayUnderTest.StartAsync(setup => setup
            .Route("all", "/{**path}", "Anonymous")
            .With("ReverseProxy:Clusters:app:Destinations:one:Address", modern.Address.ToString()));
        using var browser = single.NewBrowser();

        for (var i = 1; i <= 5; i++)
            Assert.Equal("ok", (await browser.GetAsync("/").WaitAsync(PassThroughGateway.Patience, TimeProvider.System)).Body);

        Assert.InRange(modern.Connections, 1, 2);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Over_TLS_the_gateway_speaks_both_versions_of_HTTP(string version)
    {
        using var answer = await gateway.GetAsync("/page?x=1", version: Version.Parse(version));

        Assert.Equal(Version.Parse(version), answer.Version);
        Assert.Equal("hello from upstream", await answer.Content.ReadAsStringAsync());
        Assert.Equal("/page?x=1", gateway.App.Last.RawTarget);
        Assert.Equal("ada", gateway.App.Last.Headers["Remote-User"]);
    }

    [Fact]
    public async Task A_limit_that_a_route_sets_on_bodies_holds()
    {
        using var small = await gateway.SendAsync(gateway.Request(HttpMethod.Put, "/small/file", new ByteArrayContent(new byte[1000])));
        using var large = await gateway.SendAsync(gateway.Request(HttpMethod.Put, "/small/file", new ByteArrayContent(new byte[1001])));

        Assert.Equal(HttpStatusCode.OK, small.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Equal(413, JsonDocument.Parse(await large.Content.ReadAsStringAsync()).RootElement.GetProperty("status").GetInt32());
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(name, out var values) || answer.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? values.ToString()
            : null;

    private static void Navigate(HttpRequestMessage request, bool navigation)
    {
        if (navigation)
        {
            request.Headers.TryAddWithoutValidation("Accept", "text/html,*/*;q=0.8");
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Mode", "navigate");
        }
    }

    private static byte[] Compress(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return compressed.ToArray();
    }
}
