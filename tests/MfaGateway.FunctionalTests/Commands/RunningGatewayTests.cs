using System.Net;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Commands;

/// <summary>Commands on the store of a gateway that is running, as another process: nothing needs to be stopped for them.</summary>
public class RunningGatewayTests : IAsyncLifetime
{
    private readonly GatewayProgram _program = new();
    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayUnderTest.StartAsync(setup => setup
        .Route("app", "/{**path}", "one-factor")
        .With("MfaGateway:DataDirectory", _program.PathOf("data")));

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _program.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_person_added_by_a_command_signs_in()
    {
        var added = await _program.RunAsync(
            TestPerson.DefaultPassword, ["users", "add", "ada", "--email", "ada@example.org", "--password-stdin"]);
        using var browser = _gateway.NewBrowser();

        var page = await new TestPerson(_gateway, "ada").GivePasswordAsync(browser);

        Assert.Equal(0, added.ExitCode);
        Assert.Equal("hello from upstream", page.Body);
    }

    [Theory]
    [InlineData("sessions", "revoke", "ada")]
    [InlineData("users", "disable", "ada")]
    [InlineData("users", "set-password", "ada", "--password-stdin")]
    public async Task A_person_who_is_signed_out_by_a_command_is_out_at_the_next_request(params string[] command)
    {
        var ada = await _gateway.AddPersonAsync("ada");
        using var browser = _gateway.NewBrowser();
        await ada.GivePasswordAsync(browser);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/")).Status);

        var result = await _program.RunAsync("orange kettle walks slowly", command);

        Assert.Equal(0, result.ExitCode);
        var next = await browser.GetAsync("/");
        Assert.Equal(HttpStatusCode.Found, next.Status);
        Assert.StartsWith("/_mfa/sign-in", next.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disabled_person_signs_in_again_once_enabled()
    {
        var ada = await _gateway.AddPersonAsync("ada");
        using var browser = _gateway.NewBrowser();
        await _program.RunAsync("users", "disable", "ada");
        var refused = await ada.GivePasswordAsync(browser);
        await _program.RunAsync("users", "enable", "ada");
        var welcomed = await ada.GivePasswordAsync(browser);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.Equal("hello from upstream", welcomed.Body);
    }

    [Fact]
    public async Task A_second_server_on_the_same_store_ends_and_names_the_first_one()
    {
        var result = await _program.RunAsync("serve");

        Assert.Equal(1, result.ExitCode);
        var error = Assert.Single(result.Errors);
        Assert.Contains(_program.PathOf("data"), error, StringComparison.Ordinal);
        Assert.Contains(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), error, StringComparison.Ordinal);
    }
}
