using System.Text.Json;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.Commands;

/// <summary>The commands of the real program: what they print, and what scripts see in the exit code.</summary>
public sealed class CommandLineTests : IDisposable
{
    private const string Password = "velvet tractor humming orbit";

    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task A_person_is_added_listed_disabled_and_enabled()
    {
        var added = await AddAsync("ada");
        Assert.Equal(0, added.ExitCode);
        Assert.Equal("Added ada.\n", added.Output);

        var listed = Assert.Single((await JsonAsync("users", "list", "--json")).EnumerateArray());
        Assert.Equal("ada", listed.GetProperty("userName").GetString());
        Assert.Equal("ada@example.org", listed.GetProperty("email").GetString());
        Assert.Equal("Ada Lovelace", listed.GetProperty("displayName").GetString());
        Assert.Equal(["finance", "Ops"], listed.GetProperty("groups").EnumerateArray().Select(group => group.GetString()));
        Assert.False(listed.GetProperty("secondFactor").GetBoolean());

        Assert.Equal("ADA is no name of its own: the account is ada", await DescribeAsync("ADA"));
        Assert.Equal(0, (await _program.RunAsync("users", "disable", "Ada")).ExitCode);
        Assert.True((await JsonAsync("users", "show", "ada", "--json")).GetProperty("disabled").GetBoolean());
        Assert.Equal(0, (await _program.RunAsync("users", "enable", "ada")).ExitCode);
        Assert.False((await JsonAsync("users", "show", "ada", "--json")).GetProperty("disabled").GetBoolean());
    }

    [Fact]
    public async Task A_person_is_unlocked_and_the_trail_tells_of_it()
    {
        await AddAsync("ada");

        var unlocked = await _program.RunAsync("users", "unlock", "ADA");

        Assert.Equal(0, unlocked.ExitCode);
        Assert.Equal(
            "ada is unlocked: wrong passwords and codes are forgotten. A network address with too many wrong passwords stays limited, for a day at most.\n", unlocked.Output);
        Assert.Contains("account.unlocked", (await _program.RunAsync("audit", "tail", "--json")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_for_people_holds_a_line_a_person()
    {
        await AddAsync("ada");
        await AddAsync("bob");

        var lines = (await _program.RunAsync("users", "list")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(3, lines.Length);
        Assert.StartsWith("USER NAME", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("ada ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("bob ", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_fault_of_a_new_person_is_listed_and_nothing_is_added()
    {
        var result = await _program.RunAsync("short\n", ["users", "add", "a/b", "--email", "nobody", "--groups", "ops, ", "--password-stdin"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(["NAME", "--email", "--groups", "password"], result.Errors.Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)]));
        Assert.Empty((await JsonAsync("users", "list", "--json")).EnumerateArray());
    }

    [Fact]
    public async Task A_name_that_differs_in_letter_case_alone_is_taken_and_so_is_an_address()
    {
        await AddAsync("ada");

        Assert.Equal(["NAME: This user name is taken: choose another."], (await AddAsync("ADA")).Errors);
        var address = await _program.RunAsync(Password, ["users", "add", "bob", "--email", "ADA@example.org", "--password-stdin"]);
        Assert.Equal(1, address.ExitCode);
        Assert.StartsWith("--email: Another account has this e-mail address", Assert.Single(address.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("users", "show", "nobody")]
    [InlineData("users", "disable", "nobody")]
    [InlineData("users", "enable", "nobody")]
    [InlineData("users", "unlock", "nobody")]
    [InlineData("users", "set-password", "nobody", "--password-stdin")]
    [InlineData("sessions", "revoke", "nobody")]
    public async Task A_command_about_nobody_fails(params string[] arguments)
    {
        await AddAsync("ada");

        var result = await _program.RunAsync(arguments);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(["There is no account nobody. \"users list\" shows those there are."], result.Errors);
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("users")]
    [InlineData("users", "add", "ada")]
    [InlineData("users", "add", "--email", "ada@example.org")]
    [InlineData("users", "list", "--bogus")]
    [InlineData("users", "show")]
    [InlineData("audit", "tail", "--count", "0")]
    [InlineData("audit", "tail", "--count", "many")]
    [InlineData("users", "add", "ada", "--email", "ada@example.org")] // nobody is there to be asked for the password
    [InlineData("users", "unlock")]
    public async Task Wrong_usage_ends_with_2_and_touches_nothing(params string[] arguments)
    {
        var result = await _program.RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.NotEmpty(result.Errors);
        Assert.Empty(result.Output);
        Assert.False(Directory.Exists(_program.PathOf("data")));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("users", "--help")]
    [InlineData("--version")]
    public async Task Help_is_no_failure(params string[] arguments)
    {
        var result = await _program.RunAsync(arguments);

        Assert.Equal(0, result.ExitCode);
        Assert.NotEmpty(result.Output);
    }

    [Fact]
    public async Task A_list_where_there_is_no_store_fails_and_makes_none()
    {
        var result = await _program.RunAsync("users", "list");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal([$"There is no store in {_program.PathOf("data")} yet. \"users add\" makes one."], result.Errors);
        Assert.False(Directory.Exists(_program.PathOf("data")));
    }

    [Fact]
    public async Task A_store_that_vanished_is_not_made_anew()
    {
        await AddAsync("ada");
        foreach (var file in StoreFiles.In(_program.PathOf("data")))
            File.Delete(file);

        var result = await AddAsync("bob");

        Assert.Equal(1, result.ExitCode);
        Assert.Single(result.Errors);
        Assert.Throws<InvalidOperationException>(() => StoreFiles.In(_program.PathOf("data")));
    }

    [Fact]
    public async Task A_setting_on_the_command_line_chooses_the_store()
    {
        await AddAsync("ada");
        var other = $"--MfaGateway:DataDirectory={_program.PathOf("other")}";

        var added = await _program.RunAsync(Password, [other, "users", "add", "bob", "--email", "bob@example.org", "--password-stdin"]);

        Assert.Equal(0, added.ExitCode);
        Assert.Equal("bob", Assert.Single((await JsonAsync("users", other, "list", "--json")).EnumerateArray()).GetProperty("userName").GetString());
        Assert.Equal("ada", Assert.Single((await JsonAsync("users", "list", "--json")).EnumerateArray()).GetProperty("userName").GetString());
    }

    [Fact]
    public async Task A_password_with_a_line_in_it_is_refused()
    {
        var result = await _program.RunAsync($"{Password}\nsecond\n", ["users", "add", "ada", "--email", "ada@example.org", "--password-stdin"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(["The password on the standard input must be one line."], result.Errors);
    }

    [Fact]
    public async Task A_bad_new_password_leaves_the_old_one()
    {
        await AddAsync("ada");

        var refused = await _program.RunAsync("ada lovelace 1815", ["users", "set-password", "ada", "--password-stdin"]);
        var changed = await _program.RunAsync("orange kettle walks slowly", ["users", "set-password", "ada", "--password-stdin"]);

        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("password: ", Assert.Single(refused.Errors), StringComparison.Ordinal);
        Assert.Equal(0, changed.ExitCode);
        Assert.Equal(["account.added", "password.set"], await EventsAsync());
    }

    [Fact]
    public async Task The_audit_trail_tells_what_commands_did_oldest_first()
    {
        await AddAsync("ada");
        await _program.RunAsync("sessions", "revoke", "ada");
        await _program.RunAsync("users", "disable", "ada");

        Assert.Equal(["account.added", "session.ended", "account.disabled"], await EventsAsync());
        Assert.Equal(["account.disabled"], await EventsAsync("--count", "1"));
        var last = (await JsonAsync("audit", "tail", "--json", "--count", "1"))[0];
        Assert.Equal("command", last.GetProperty("actor").GetString());
        Assert.Equal(3, last.GetProperty("sequence").GetInt64());
        var shown = (await _program.RunAsync("audit", "tail")).Output;
        Assert.Contains("ada", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_people_added_at_once_are_both_there()
    {
        await AddAsync("ada");

        var results = await Task.WhenAll(AddAsync("bob"), AddAsync("cleo"));

        Assert.All(results, result => Assert.Equal(0, result.ExitCode));
        Assert.Equal(3, (await JsonAsync("users", "list", "--json")).GetArrayLength());
    }

    private Task<ProgramResult> AddAsync(string name) => _program.RunAsync(
        $"{Password}\n",
        ["users", "add", name, "--email", $"{name}@example.org", "--name", "Ada Lovelace", "--groups", "finance, Ops", "--password-stdin"]);

    private async Task<string> DescribeAsync(string name) =>
        $"{name} is no name of its own: the account is {(await JsonAsync("users", "show", name, "--json")).GetProperty("userName").GetString()}";

    private async Task<IEnumerable<string?>> EventsAsync(params string[] more) =>
        (await JsonAsync(["audit", "tail", "--json", .. more])).EnumerateArray().Select(entry => entry.GetProperty("event").GetString());

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var result = await _program.RunAsync(arguments);
        Assert.Empty(result.Errors);
        Assert.Equal(0, result.ExitCode);
        return JsonElement.Parse(result.Output);
    }
}
