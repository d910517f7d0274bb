using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using MfaGateway.FunctionalTests.Verifiers;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Apps;

/// <summary>
/// Radicale, a calendar server that believes whatever stands in <c>X-Remote-User</c>, behind the gateway. It refuses bodies
/// without a Content-Length, and each person may only see what is their own.
/// </summary>
public sealed partial class RadicaleTests : IAsyncLifetime
{
    private const string Event = """
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//gateway//tests//EN
        BEGIN:VEVENT
        UID:dentist
        DTSTAMP:20260302T090000Z
        DTSTART:20260303T090000Z
        SUMMARY:Dentist
        END:VEVENT
        END:VCALENDAR

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mfagateway-radicale-");
    private AppProcess? _radicale;
    private GatewayUnderTest? _gateway;

    private GatewayUnderTest Gateway => _gateway!;

    public async ValueTask InitializeAsync()
    {
        var program = ExternalProgram.Require("Debian package radicale", "/usr/bin/radicale", "/usr/local/bin/radicale");
        var settings = Path.Combine(_folder.FullName, "config");
        await File.WriteAllTextAsync(settings, $"""
            [server]
            hosts = 127.0.0.1:0
            [auth]
            type = http_x_remote_user
            [rights]
            type = owner_only
            [storage]
            filesystem_folder = {_folder.FullName}/collections
            [logging]
            level = info
            """);
        _radicale = await AppProcess.StartAsync(program, ["--config", settings], Listening());
        _gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("public", "/public/{**path}", "Anonymous")
            .Route("app", "/{**path}", "two-factor")
            .With("ReverseProxy:Routes:public:Transforms:0:PathRemovePrefix", "/public")
            .With("ReverseProxy:Clusters:app:Destinations:one:Address", _radicale.Address.ToString())
            .With("MfaGateway:Clusters:app:HeaderNames:Remote-User", "X-Remote-User"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_radicale is not null)
            await _radicale.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_person_keeps_a_calendar_that_nobody_else_sees()
    {
        using var ada = await SignedInAsync("ada");
        using var bob = await SignedInAsync("bob");

        Assert.Equal(HttpStatusCode.Created, (await SendAsync(ada, "MKCALENDAR", "/ada/work/")).Status);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(ada, "PUT", "/ada/work/dentist.ics", Event)).Status);

        var kept = await ada.GetAsync("/ada/work/dentist.ics");
        Assert.Equal(HttpStatusCode.OK, kept.Status);
        Assert.Contains("SUMMARY:Dentist", kept.Body, StringComparison.Ordinal);
        var listed = await SendAsync(ada, "PROPFIND", "/ada/work/", adjust: request => request.Headers.Add("Depth", "1"));
        Assert.Equal(HttpStatusCode.MultiStatus, listed.Status);
        Assert.Contains("/ada/work/dentist.ics", listed.Body, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Forbidden, (await bob.GetAsync("/ada/work/dentist.ics")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(bob, "PROPFIND", "/ada/work/")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(bob, "PUT", "/ada/work/party.ics", Event)).Status);
    }

    [Theory]
    [InlineData("X-Remote-User")]
    [InlineData("x-remote-user")]
    [InlineData("X_Remote_User")]
    [InlineData("X-Remote_User")]
    public async Task A_forged_header_makes_nobody_somebody_else(string header)
    {
        using var ada = await SignedInAsync("ada");
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(ada, "MKCALENDAR", "/ada/work/")).Status);
        void Forge(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation(header, "ada");

        using var bob = await SignedInAsync("bob");
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(bob, "PROPFIND", "/ada/work/", adjust: Forge)).Status);
        Assert.Equal(HttpStatusCode.MultiStatus, (await SendAsync(bob, "PROPFIND", "/bob/", adjust: Forge)).Status);

        // On a route that is open to all, Radicale itself refuses a person without a name.
        using var stranger = Gateway.NewBrowser();
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(stranger, "PROPFIND", "/public/ada/work/", adjust: Forge)).Status);
    }

    [Fact]
    public async Task Radicale_believes_the_header_of_whoever_reaches_it_without_the_gateway()
    {
        // What the other tests would not notice: that the app stopped listening to the header they forge.
        using var neighbour = new Browser(_radicale!.Address);

        var listed = await SendAsync(neighbour, "PROPFIND", "/ada/", adjust: request => request.Headers.Add("X-Remote-User", "ada"));

        Assert.Equal(HttpStatusCode.MultiStatus, listed.Status);
    }

    [Theory]
    [InlineData("MKCALENDAR")]
    [InlineData("PROPFIND")]
    [InlineData("REPORT")]
    public async Task A_stranger_is_asked_to_sign_in_whatever_the_method(string method)
    {
        using var stranger = Gateway.NewBrowser();
        var refused = await SendAsync(stranger, method, "/ada/work/");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.Contains("urn:mfagateway:problem:sign-in-required", refused.Body, StringComparison.Ordinal);
    }

    private async Task<Browser> SignedInAsync(string userName)
    {
        var person = await (await Gateway.AddPersonAsync(userName)).WithAuthenticatorAsync();
        var browser = Gateway.NewBrowser();
        await person.SignInAsync(browser, "/.web/");
        return browser;
    }

    private static Task<Visit> SendAsync(
        Browser browser, string method, string url, string? body = null, Action<HttpRequestMessage>? adjust = null) =>
        browser.SendAsync(
            new HttpRequestMessage(new HttpMethod(method), url)
            {
                Content = body is null ? null : new StringContent(body.ReplaceLineEndings("\r\n"), Encoding.UTF8, "text/calendar"),
            },
            request =>
            {
                // A calendar program, not a page.
                request.Headers.Accept.Clear();
                adjust?.Invoke(request);
            });

    [GeneratedRegex(@"Listening on '\[127\.0\.0\.1\]:(?<port>[0-9]+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();
}
