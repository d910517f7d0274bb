using System.Text.Json;
using Xunit;

namespace MfaGateway.FunctionalTests.Commands;

/// <summary><c>users rename</c> and <c>users delete</c> of the real program.</summary>
public sealed class AccountEndCommandTests : IDisposable
{
    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task A_leaver_is_deleted_and_the_audit_log_keeps_the_name()
    {
        await AddAsync("root", "admins");
        await AddAsync("ada");

        Assert.Equal(2, (await _program.RunAsync("users", "delete", "ada")).ExitCode);
        var deleted = await _program.RunAsync("users", "delete", "ADA", "--yes");

        Assert.Equal((0, "ada is deleted.\n"), (deleted.ExitCode, deleted.Output));
        Assert.Equal(1, (await _program.RunAsync("users", "show", "ada")).ExitCode);
        var trail = await _program.RunAsync("audit", "tail", "--user", "ada");
        Assert.Contains("ada (deleted)", trail.Output, StringComparison.Ordinal);
        Assert.Contains("account.added", trail.Output, StringComparison.Ordinal);
        Assert.Contains("account.deleted", trail.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await _program.RunAsync("audit", "verify")).ExitCode);
        await AddAsync("ada"); // name and address are free
    }

    [Fact]
    public async Task The_last_administrator_is_not_deleted()
    {
        await AddAsync("root", "admins");

        var refused = await _program.RunAsync("users", "delete", "root", "--yes");

        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("This is the last administrator.", Assert.Single(refused.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_account_is_printed_for_scripts()
    {
        await AddAsync("ada");

        var deleted = await _program.RunAsync("users", "delete", "ada", "--yes", "--json");

        Assert.Equal("ada", JsonElement.Parse(deleted.Output).GetProperty("userName").GetString());
    }

    [Fact]
    public async Task An_account_is_renamed_and_its_history_goes_with_it()
    {
        await AddAsync("ada");

        var renamed = await _program.RunAsync("users", "rename", "ada", "countess");

        Assert.Equal((0, "ada is now countess, and is signed out everywhere.\n"), (renamed.ExitCode, renamed.Output));
        Assert.Equal(1, (await _program.RunAsync("users", "show", "ada")).ExitCode);
        var trail = await _program.RunAsync("audit", "tail", "--user", "countess");
        Assert.Contains("ada is now countess", trail.Output, StringComparison.Ordinal);
        Assert.Contains("account.added", trail.Output, StringComparison.Ordinal);
        var again = await _program.RunAsync("users", "rename", "countess", "ada", "--json");
        Assert.Equal("ada", JsonElement.Parse(again.Output).GetProperty("userName").GetString());
    }

    [Theory]
    [InlineData("ADA")]
    [InlineData("ada@example.org")]
    [InlineData("a,b")]
    public async Task A_name_that_can_not_be_changes_nothing(string name)
    {
        await AddAsync("ada");
        await AddAsync("bob");

        var refused = await _program.RunAsync("users", "rename", "bob", name);

        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("NEW: ", Assert.Single(refused.Errors), StringComparison.Ordinal);
        Assert.Equal(0, (await _program.RunAsync("users", "show", "bob")).ExitCode);
    }

    private async Task AddAsync(string name, string groups = "staff")
    {
        var added = await _program.RunAsync(
            "velvet tractor humming orbit", ["users", "add", name, "--email", $"{name}@example.org", "--groups", groups, "--password-stdin"]);
        Assert.Equal(0, added.ExitCode);
    }
}
