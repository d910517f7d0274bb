using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MfaGateway.FunctionalTests.Verifiers;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Apps;

/// <summary>
/// Node-RED behind the gateway: its editor talks over a WebSocket, and it takes whom the assertion names, which it checks
/// with the published key set and another library than ours.
/// </summary>
public sealed partial class NodeRedTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mfagateway-node-red-");
    private AppProcess? _nodeRed;
    private GatewayUnderTest? _gateway;

    private GatewayUnderTest Gateway => _gateway!;

    public async ValueTask InitializeAsync()
    {
        var program = await NodeProgram.PrepareAsync(Path.Combine(Repository.Root, "tests", "MfaGateway.FunctionalTests", "Apps", "NodeRed"));
        var keySet = Path.Combine(_folder.FullName, "jwks.json");
        _nodeRed = await AppProcess.StartAsync(
            NodeProgram.Node,
            [
                Path.Combine(program, "node_modules", "node-red", "red.js"),
                "--settings", Path.Combine(program, "settings.js"),
                "--userDir", _folder.FullName,
            ],
            Running(),
            ("KEY_SET_FILE", keySet));
        _gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            // The app tells by its own clock whether an assertion is still good.
            setup.Time = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
            setup.With("ReverseProxy:Clusters:app:Destinations:one:Address", _nodeRed.Address.ToString());
        });
        using var operatorsBrowser = _gateway.NewBrowser();
        await File.WriteAllTextAsync(keySet, (await operatorsBrowser.GetAsync("/_mfa/.well-known/jwks.json")).Body);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_nodeRed is not null)
            await _nodeRed.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_somebody_deploys_is_told_to_their_editor_over_its_web_socket()
    {
        using var ada = await SignedInAsync("ada");
        var settings = await ada.GetAsync("/settings");
        Assert.Equal("ada", JsonDocument.Parse(settings.Body).RootElement.GetProperty("user").GetProperty("username").GetString());

        using var socket = await ConnectAsync(ada);
        await SayAsync(socket, """{"subscribe":"notification/#"}""");
        var deployed = await DeployAsync(ada);

        // On subscribing, an editor is told of the last deployment before as well.
        var notice = await HearAsync(socket, heard => heard.Contains(deployed, StringComparison.Ordinal));
        Assert.Contains("notification/runtime-deploy", notice, StringComparison.Ordinal);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", TestContext.Current.CancellationToken);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Theory]
    [InlineData("X-Mfa-Assertion")]
    [InlineData("Remote-User")]
    public async Task A_stranger_gets_no_web_socket_whatever_they_say_of_themselves(string header)
    {
        using var ada = await SignedInAsync("ada");
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader(header, "ada");

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(Comms, TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.Unauthorized, socket.HttpStatusCode);
    }

    [Fact]
    public async Task The_app_itself_lets_in_nobody_who_goes_around_the_gateway()
    {
        using var client = new HttpClient { BaseAddress = _nodeRed!.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/settings");
        request.Headers.Add("X-Mfa-Assertion", "ada");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private Uri Comms => new UriBuilder(Gateway.Address) { Scheme = "ws", Path = "/comms" }.Uri;

    private async Task<Browser> SignedInAsync(string userName)
    {
        var person = await (await Gateway.AddPersonAsync(userName)).WithAuthenticatorAsync();
        var browser = Gateway.NewBrowser();
        var editor = await person.SignInAsync(browser);
        Assert.Contains("Node-RED", editor.Body, StringComparison.Ordinal);
        return browser;
    }

    private async Task<ClientWebSocket> ConnectAsync(Browser browser)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", string.Join("; ", browser.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        await socket.ConnectAsync(Comms, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <returns>The revision of what was deployed.</returns>
    private static async Task<string> DeployAsync(Browser browser)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/flows");
        request.Headers.Add("Node-RED-API-Version", "v2");
        request.Content = new StringContent(
            """{"flows":[{"id":"a1","type":"tab","label":"From behind the gateway"}]}""", Encoding.UTF8, "application/json");
        var answer = await browser.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return JsonDocument.Parse(answer.Body).RootElement.GetProperty("rev").GetString()!;
    }

    private static Task SayAsync(ClientWebSocket socket, string text) => socket.SendAsync(
        Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    /// <summary>Listens until something is said that the test waits for.</summary>
    private static async Task<string> HearAsync(ClientWebSocket socket, Predicate<string> awaited)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), patience.Token);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            Assert.Equal(WebSocketMessageType.Text, part.MessageType);
            var heard = Encoding.UTF8.GetString(buffer, 0, length);
            if (awaited(heard))
                return heard;
        }
    }

    [GeneratedRegex(@"Server now running at http://127\.0\.0\.1:(?<port>[0-9]+)/", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Running();
}
