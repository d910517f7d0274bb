using System.Text.Json;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Commands;

/// <summary>What the host's commands show of people who were locked by wrong answers to the gateway that runs beside them.</summary>
public class LockCommandTests : IAsyncLifetime
{
    private readonly GatewayProgram _program = new();
    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        // A command reads the machine's clock; the gateway's stands where that was.
        _gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Time = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
            setup.With("MfaGateway:DataDirectory", _program.PathOf("data"))
                .With("MfaGateway:Attempts:PerAddress:Count", "100")
                .With("MfaGateway:Attempts:PerChallenge", "10")
                .With("MfaGateway:Attempts:PerAccount:Count", "50")
                .With("MfaGateway:Attempts:PerAccount:InARow", "10");
        });
        await (await _gateway.AddPersonAsync("bob")).WithAuthenticatorAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _program.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Wrong_passwords_show_as_a_lock_with_its_end_until_somebody_unlocks()
    {
        var ada = await (await _gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        using var browser = _gateway.NewBrowser();
        for (var wrong = 0; wrong < 10; wrong++)
            await browser.SubmitAsync(await browser.OpenAsync("/"), ("username", "ada"), ("password", "the-Wrong-Teapot-17"));
        var until = _gateway.Time.GetUtcNow().AddMinutes(15);

        var listed = Assert.Single((await JsonAsync("users", "list", "--state", "locked", "--json")).EnumerateArray());
        Assert.Equal(("ada", true), (listed.GetProperty("userName").GetString(), listed.GetProperty("locked").GetBoolean()));
        Assert.Equal(until, listed.GetProperty("lockedUntil").GetDateTimeOffset(), TimeSpan.FromMilliseconds(1));
        var table = (await _program.RunAsync("users", "list")).Output.Split('\n');
        Assert.Contains($"locked until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'}", Assert.Single(table, row => row.StartsWith("ada", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("locked", Assert.Single(table, row => row.StartsWith("bob", StringComparison.Ordinal)), StringComparison.Ordinal);

        var shown = Assert.Single((await JsonAsync("users", "show", "ada", "--json")).GetProperty("locks").EnumerateArray());
        Assert.Equal(("password", JsonValueKind.Null), (shown.GetProperty("limit").GetString(), shown.GetProperty("factor").ValueKind));
        Assert.Equal(until, shown.GetProperty("until").GetDateTimeOffset(), TimeSpan.FromMilliseconds(1));
        Assert.Contains("Passwords from unknown browsers: closed until", (await _program.RunAsync("users", "show", "ada")).Output, StringComparison.Ordinal);

        Assert.Contains("A network address", (await _program.RunAsync("users", "unlock", "ada")).Output, StringComparison.Ordinal);
        await IsNotLockedAsync("ada");
        Assert.Equal("hello from upstream", (await ada.SignInAsync(browser)).Body);
    }

    [Fact]
    public async Task A_factor_that_is_suspended_shows_as_locked_without_an_end_until_somebody_unlocks()
    {
        var ada = await (await _gateway.AddPersonAsync("ada")).WithAuthenticatorAsync();
        using var browser = _gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);
        for (var wrong = 0; wrong < 10; wrong++)
            await browser.SubmitAsync(asked, ("code", ada.WrongCode));

        var listed = Assert.Single((await JsonAsync("users", "list", "--state", "locked", "--json")).EnumerateArray());
        Assert.Equal((true, JsonValueKind.Null), (listed.GetProperty("locked").GetBoolean(), listed.GetProperty("lockedUntil").ValueKind));
        Assert.Contains("locked until unlocked", (await _program.RunAsync("users", "list", "--query", "ada")).Output, StringComparison.Ordinal);
        var shown = Assert.Single((await JsonAsync("users", "show", "ada", "--json")).GetProperty("locks").EnumerateArray());
        Assert.Equal(("codesInARow", "totp"), (shown.GetProperty("limit").GetString(), shown.GetProperty("factor").GetString()));
        Assert.Equal("Codes of authenticators: suspended until unlocked", shown.GetProperty("text").GetString());

        // A reset takes what was counted of the lost phone with it.
        Assert.Equal(0, (await _program.RunAsync("users", "reset-2fa", "ada", "--reason", "phone lost", "--yes")).ExitCode);
        await IsNotLockedAsync("ada");
    }

    private async Task IsNotLockedAsync(string name)
    {
        Assert.Empty((await JsonAsync("users", "list", "--state", "locked", "--json")).EnumerateArray());
        Assert.Empty((await JsonAsync("users", "show", name, "--json")).GetProperty("locks").EnumerateArray());
    }

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var result = await _program.RunAsync(arguments);
        Assert.Empty(result.Errors);
        Assert.Equal(0, result.ExitCode);
        return JsonElement.Parse(result.Output);
    }
}
