using System.Text.Json;
using Xunit;

namespace MfaGateway.FunctionalTests.Commands;

/// <summary>Looking after people from the host, with the real program.</summary>
public sealed class PeopleCommandTests : IDisposable
{
    private const string Password = "velvet tractor humming orbit";

    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Somebody_is_invited_by_a_path_where_no_origin_is_set_and_by_a_whole_link_where_one_is()
    {
        await AddAsync("ada");

        var invited = await _program.RunAsync("users", "invite", "grace", "--email", "grace@example.org", "--name", "Grace Hopper", "--groups", "staff, navy");
        Assert.Equal(0, invited.ExitCode);
        Assert.Matches(@"\n/_mfa/reset-password/set\?token=[\w-]{43}\n", invited.Output);
        var grace = await JsonAsync("users", "show", "grace", "--json");
        Assert.False(grace.GetProperty("hasPassword").GetBoolean());
        Assert.Equal(["staff", "navy"], grace.GetProperty("groups").EnumerateArray().Select(group => group.GetString()));

        var again = await JsonAsync("--MfaGateway:PublicOrigin=https://apps.example.org", "users", "invite", "grace", "--again", "--json");
        Assert.StartsWith("https://apps.example.org/_mfa/reset-password/set?token=", again.GetProperty("link").GetString(), StringComparison.Ordinal);
        Assert.True(again.GetProperty("mailed").GetBoolean());
        Assert.DoesNotContain("token", (await _program.RunAsync("audit", "tail", "--json")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_notes_a_group_that_no_account_is_in_and_takes_another_letter_case_for_the_same()
    {
        const string Settings = """{ "MfaGateway": { "Policies": { "money": { "Groups": ["FINANCE", "Fnance"] } }, "Admin": { "Group": "Admins" } } }""";
        _program.Write("appsettings.json", Settings);
        var before = await _program.RunAsync("config", "check");
        Assert.DoesNotContain("Note", before.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_program.PathOf("data")));

        await AddAsync("ada");
        await _program.RunAsync("users", "edit", "ada", "--groups", "finance,admins");
        var check = await _program.RunAsync("config", "check");

        Assert.Equal(0, check.ExitCode);
        Assert.Equal(["Note: MfaGateway:Policies:money:Groups names the group \"Fnance\", which no account is in."], check.Output.Split('\n').Where(line => line.StartsWith("Note", StringComparison.Ordinal)));
        Assert.Equal("ada", Assert.Single((await JsonAsync("users", "list", "--group", "FINANCE", "--json")).EnumerateArray()).GetProperty("userName").GetString());
        Assert.Equal(1, (await _program.RunAsync("users", "disable", "ada")).ExitCode); // the last administrator
        Assert.Equal(1, (await _program.RunAsync("users", "edit", "ada", "--groups", "finance")).ExitCode);
    }

    [Fact]
    public async Task An_invitation_with_faults_lists_them_and_a_disabled_person_gets_no_link()
    {
        await AddAsync("ada");

        var faults = await _program.RunAsync("users", "invite", "ADA", "--email", "nobody");
        Assert.Equal(1, faults.ExitCode);
        Assert.Equal(["NAME", "--email"], faults.Errors.Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)]));

        await _program.RunAsync("users", "disable", "ada");
        Assert.Equal(1, (await _program.RunAsync("users", "invite", "ada", "--again")).ExitCode);
    }

    [Fact]
    public async Task A_person_is_edited_and_what_is_not_given_stays()
    {
        await AddAsync("ada");

        Assert.Equal(0, (await _program.RunAsync("users", "edit", "ADA", "--groups", "ops,admins")).ExitCode);
        Assert.Equal(0, (await _program.RunAsync("users", "edit", "ada", "--email", "countess@example.org", "--name", "Ada L.")).ExitCode);

        var ada = await JsonAsync("users", "show", "ada", "--json");
        Assert.Equal("countess@example.org", ada.GetProperty("email").GetString());
        Assert.Equal("Ada L.", ada.GetProperty("displayName").GetString());
        Assert.Equal(["ops", "admins"], ada.GetProperty("groups").EnumerateArray().Select(group => group.GetString()));
        var refused = await _program.RunAsync("users", "edit", "ada", "--email", "nobody");
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("--email: ", Assert.Single(refused.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_change_prints_the_account_as_it_is_then_for_scripts()
    {
        await AddAsync("ada");

        Assert.True((await JsonAsync("users", "disable", "ada", "--json")).GetProperty("disabled").GetBoolean());
        Assert.False((await JsonAsync("users", "enable", "ada", "--json")).GetProperty("disabled").GetBoolean());
        Assert.Equal("Countess", (await JsonAsync("users", "edit", "ada", "--name", "Countess", "--json")).GetProperty("displayName").GetString());
        Assert.Empty((await JsonAsync("users", "unlock", "ada", "--json")).GetProperty("locks").EnumerateArray());
        Assert.Equal("ada", (await JsonAsync("users", "magic-code", "ada", "off", "--json")).GetProperty("userName").GetString());
        Assert.Equal(0, (await JsonAsync("sessions", "revoke", "ada", "--json")).GetProperty("ended").GetInt32());
        var added = await _program.RunAsync(Password, ["users", "add", "bob", "--email", "bob@example.org", "--password-stdin", "--json"]);
        Assert.True(JsonElement.Parse(added.Output).GetProperty("hasPassword").GetBoolean());
        var set = await _program.RunAsync("orbit humming tractor velvet", ["users", "set-password", "bob", "--password-stdin", "--json"]);
        Assert.Equal("bob", JsonElement.Parse(set.Output).GetProperty("userName").GetString());
    }

    [Fact]
    public async Task A_session_that_somebody_does_not_have_is_not_ended()
    {
        await AddAsync("ada");

        var refused = await _program.RunAsync("sessions", "revoke", "ada", "--id", "none");

        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("ada has no session none.", Assert.Single(refused.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_the_codes_of_an_application_are_is_listed_and_set_and_a_wrong_name_or_number_changes_nothing()
    {
        await AddAsync("ada");
        string[] books = ["--ReverseProxy:Clusters:books:Destinations:one:Address=http://127.0.0.1:9"];

        var changed = await JsonAsync([.. books, "applications", "set", "books", "--digits", "8", "--minutes", "5", "--json"]);
        Assert.Equal(8, changed[0].GetProperty("digits").GetInt32());
        Assert.Equal(1, (await _program.RunAsync([.. books, "applications", "set", "books", "--digits", "9"])).ExitCode);
        Assert.Equal(2, (await _program.RunAsync([.. books, "applications", "set", "books"])).ExitCode);
        var missing = await _program.RunAsync([.. books, "applications", "set", "boks", "--digits", "7"]);
        Assert.Equal(["There is no application boks. \"applications list\" shows those there are."], missing.Errors);
        Assert.Equal(0, (await _program.RunAsync([.. books, "applications", "rotate-secret", "books"])).ExitCode);

        var listed = await JsonAsync([.. books, "applications", "list", "--json"]);
        Assert.Equal(["books", "gateway"], listed.EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        Assert.Equal([8, 6], listed.EnumerateArray().Select(one => one.GetProperty("digits").GetInt32()));
        Assert.Equal([5, 10], listed.EnumerateArray().Select(one => one.GetProperty("lifetimeMinutes").GetInt32()));
        var audit = await _program.RunAsync("audit", "tail", "--json");
        Assert.Contains("application.changed", audit.Output, StringComparison.Ordinal);
        Assert.Contains("application.secret-rotated", audit.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_administrator_is_neither_disabled_nor_taken_out_of_the_group()
    {
        await AddAsync("ada", "admins");
        await AddAsync("bob");

        foreach (var arguments in (string[][])[["users", "disable", "ada"], ["users", "edit", "ada", "--groups", "staff"]])
        {
            var refused = await _program.RunAsync(arguments);
            Assert.Equal(1, refused.ExitCode);
            Assert.StartsWith("This is the last administrator.", Assert.Single(refused.Errors), StringComparison.Ordinal);
        }

        await _program.RunAsync("users", "edit", "bob", "--groups", "admins");
        Assert.Equal(0, (await _program.RunAsync("users", "disable", "ada")).ExitCode);
        Assert.Equal(1, (await _program.RunAsync("users", "disable", "bob")).ExitCode);
    }

    [Fact]
    public async Task A_reset_asks_or_wants_yes_and_prints_the_code_once()
    {
        await AddAsync("ada", "admins");

        Assert.Equal(2, (await _program.RunAsync("users", "reset-2fa", "ada", "--reason", "phone lost")).ExitCode);
        var tooShort = await _program.RunAsync("users", "reset-2fa", "ada", "--reason", "x", "--yes");
        Assert.Equal((1, "--reason: Give a reason of 3 to 150 characters on one line."), (tooShort.ExitCode, Assert.Single(tooShort.Errors)));

        var reset = await _program.RunAsync("users", "reset-2fa", "ada", "--reason", "phone lost", "--yes");
        Assert.Equal(0, reset.ExitCode);
        Assert.Matches(@"\n[0-9a-z]{4}(-[0-9a-z]{4}){3}\n\z", reset.Output);
        var json = await JsonAsync("users", "reset-2fa", "ada", "--reason", "phone lost again", "--yes", "--json");
        var code = json.GetProperty("code").GetString()!;
        Assert.DoesNotContain(code, reset.Output, StringComparison.Ordinal);

        Assert.NotEqual(JsonValueKind.Null, (await JsonAsync("users", "show", "ada", "--json")).GetProperty("enrollmentCodeExpiresAt").ValueKind);
        Assert.Contains("needs the code", (await _program.RunAsync("users", "show", "ada")).Output, StringComparison.Ordinal);
        var trail = (await _program.RunAsync("audit", "tail", "--json")).Output;
        Assert.Contains("phone lost again", trail, StringComparison.Ordinal);
        Assert.DoesNotContain(code, trail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_holds_those_that_are_looked_for()
    {
        await AddAsync("ada", "finance");
        await AddAsync("bob", "staff");
        await _program.RunAsync("users", "disable", "bob");

        Assert.Equal(["ada"], await NamesAsync("--query", "ADA@ lovelace"));
        Assert.Equal(["ada", "bob"], await NamesAsync("--query", "lovelace"));
        Assert.Equal(["bob"], await NamesAsync("--state", "disabled"));
        Assert.Equal(["ada"], await NamesAsync("--group", "finance", "--state", "without-second-factor"));
        Assert.Empty(await NamesAsync("--query", "nobody"));
        Assert.Equal(2, (await _program.RunAsync("users", "list", "--state", "bogus")).ExitCode);
    }

    [Theory]
    [InlineData("users", "invite", "grace")]
    [InlineData("users", "invite", "grace", "--again", "--email", "grace@example.org")]
    [InlineData("users", "edit", "ada")]
    [InlineData("users", "reset-2fa", "ada")]
    [InlineData("users", "reset-2fa", "ada", "--yes")]
    public async Task Wrong_usage_ends_with_2_and_touches_nothing(params string[] arguments)
    {
        var result = await _program.RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.NotEmpty(result.Errors);
        Assert.False(Directory.Exists(_program.PathOf("data")));
    }

    [Theory]
    [InlineData("users", "edit", "nobody", "--name", "x")]
    [InlineData("users", "invite", "nobody", "--again")]
    [InlineData("users", "reset-2fa", "nobody", "--reason", "phone lost", "--yes")]
    public async Task A_command_about_nobody_fails(params string[] arguments)
    {
        await AddAsync("ada");

        var result = await _program.RunAsync(arguments);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(["There is no account nobody. \"users list\" shows those there are."], result.Errors);
    }

    private async Task AddAsync(string name, string groups = "staff")
    {
        var added = await _program.RunAsync(
            Password, ["users", "add", name, "--email", $"{name}@example.org", "--name", "Ada Lovelace", "--groups", groups, "--password-stdin"]);
        Assert.Equal(0, added.ExitCode);
    }

    private async Task<string[]> NamesAsync(params string[] more) =>
        [.. (await JsonAsync(["users", "list", "--json", .. more])).EnumerateArray().Select(user => user.GetProperty("userName").GetString()!)];

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var result = await _program.RunAsync(arguments);
        Assert.Empty(result.Errors);
        Assert.Equal(0, result.ExitCode);
        return JsonElement.Parse(result.Output);
    }
}
