using System.Text.Json;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Timekeeping;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Commands;

/// <summary>The way out after a machine whose clock ran ahead: without it no code would be taken until that time has come.</summary>
public sealed class ClockCommandTests : IAsyncLifetime
{
    private readonly GatewayProgram _program = new();
    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayUnderTest.StartAsync(setup =>
    {
        setup.Time = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        setup.With("MfaGateway:DataDirectory", _program.PathOf("data"));
    });

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _program.Dispose();
    }

    [Fact]
    public async Task After_a_clock_that_ran_ahead_a_reset_takes_codes_again_without_a_restart()
    {
        var ada = await (await _gateway.AddPersonAsync()).WithAuthenticatorAsync();
        await _gateway.Get<ClockStore>().RaiseMarkAsync(_gateway.Time.GetUtcNow().AddYears(1), CancellationToken.None);
        using var browser = _gateway.NewBrowser();
        var asked = await ada.GivePasswordAsync(browser);
        Assert.Equal(503, (int)(await browser.SubmitAsync(asked, ("code", ada.CurrentCode))).Status);
        var shown = await _program.RunAsync("clock", "show");
        Assert.Equal(1, shown.ExitCode);
        Assert.Contains("clock reset", shown.Output, StringComparison.Ordinal);

        var reset = await _program.RunAsync("clock", "reset");

        Assert.Empty(reset.Errors);
        Assert.Equal(0, reset.ExitCode);
        var after = JsonElement.Parse((await _program.RunAsync("clock", "show", "--json")).Output);
        Assert.False(after.GetProperty("behind").GetBoolean());
        Assert.Equal(303, (int)(await browser.SubmitAsync(asked, ("code", ada.CurrentCode))).Status);
        var entries = await _gateway.Get<AuditStore>().ListAsync(before: null, 100, CancellationToken.None);
        Assert.Contains(entries, entry => entry.Entry is { Event: "clock.reset", Actor: "command" });
    }
}
