using System.Net;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.OpenRequests;

/// <summary>Only bytes are a use of a session, in either direction; that a request is open is not.</summary>
public sealed class SilentRequestTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_request_that_is_never_answered_keeps_no_session_alive(string version)
    {
        await using var gateway = await StreamingGateway.StartAsync();
        await using var ada = await gateway.SignInAsync(await gateway.AddPersonAsync());
        var (arrived, ended) = (Signal(), Signal());
        gateway.Product.Upstream.Answer = async context =>
        {
            context.RequestAborted.Register(ended.SetResult);
            arrived.SetResult();
            await ended.Task;
        };
        var asking = SendAsync(gateway, ada, version);
        await arrived.Task.WaitAsync(PassThroughGateway.Patience, TimeProvider.System, TestContext.Current.CancellationToken);

        gateway.Product.Time.Advance(TimeSpan.FromMinutes(31));

        await ended.Task.WaitAsync(PassThroughGateway.Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => asking);
        gateway.Product.Upstream.Answer = null;
        Assert.Equal(HttpStatusCode.Found, (await ada.Browser.GetAsync("/")).Status);
    }

    [Fact]
    public async Task Downloads_on_which_no_byte_moves_keep_no_session_alive()
    {
        await using var gateway = await StreamingGateway.StartAsync();
        await using var ada = await (await gateway.SignInAsync(await gateway.AddPersonAsync())).OpenAllAsync("/", StreamKind.Download);

        gateway.Product.Time.Advance(TimeSpan.FromMinutes(31));

        await ada.AssertAllCutAsync();
    }

    [Fact]
    public async Task An_upload_on_which_no_byte_moves_keeps_no_session_alive()
    {
        await using var gateway = await StreamingGateway.StartAsync();
        await using var ada = await gateway.SignInAsync(await gateway.AddPersonAsync());
        var body = new PiecemealContent();
        var sending = SendAsync(gateway, ada, "2.0", body);
        await body.SendAsync("x"u8.ToArray()); // without it the client may keep the head back, too
        await Eventually.IsAsync(() => Task.FromResult(CountOpen(gateway) == 1));

        gateway.Product.Time.Advance(TimeSpan.FromMinutes(31));

        var failure = await Record.ExceptionAsync(() => sending.WaitAsync(PassThroughGateway.Patience, TimeProvider.System));
        Assert.True(failure is HttpRequestException or OperationCanceledException, failure?.ToString() ?? "It was answered.");
        await body.EndAsync();
    }

    [Theory]
    [InlineData(nameof(StreamKind.Download), "1.1")]
    [InlineData(nameof(StreamKind.Download), "2.0")]
    [InlineData(nameof(StreamKind.Upload), "1.1")]
    [InlineData(nameof(StreamKind.Upload), "2.0")]
    public async Task A_transfer_that_moves_keeps_the_session_alive(string kind, string version)
    {
        await using var gateway = await StreamingGateway.StartAsync();
        await using var ada = await gateway.SignInAsync(await gateway.AddPersonAsync());
        await using var stream = await ada.OpenAsync(Enum.Parse<StreamKind>(kind), Version.Parse(version));
        for (var i = 0; i < 4; i++)
        {
            gateway.Product.Time.Advance(TimeSpan.FromMinutes(20));
            await stream.AssertGoesOnAsync();
        }

        Assert.Equal(HttpStatusCode.OK, (await ada.Browser.GetAsync("/")).Status);
    }

    private static int CountOpen(StreamingGateway gateway)
    {
        var open = new List<MfaGateway.OpenRequests.OpenRequest>();
        gateway.Product.Get<MfaGateway.OpenRequests.OpenRequestList>().CopyTo(open);
        return open.Count;
    }

    private static Task<HttpResponseMessage> SendAsync(StreamingGateway gateway, StreamingPerson person, string version, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(content is null ? HttpMethod.Get : HttpMethod.Put, new Uri(person.Browser.Address, "/slow"))
        {
            Content = content,
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Add("Cookie", string.Join("; ", person.Browser.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        return gateway.Client.SendAsync(request, CancellationToken.None);
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
