using System.Globalization;
using System.Text.Json;
using MfaGateway.Configuration;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.Sql;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Microsoft.Data.Sqlite;
using Xunit;

namespace MfaGateway.FunctionalTests.Commands;

/// <summary>What the host's operator learns of the audit log, with a gateway on the same store or without one.</summary>
[OnStore(StoreProvider.Sqlite)]
public sealed class AuditCommandTests : IDisposable
{
    private const string Password = TestPerson.DefaultPassword;

    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task A_log_that_nobody_touched_is_whole()
    {
        await AddAsync("ada");
        await _program.RunAsync("users", "disable", "ada");

        var result = await _program.RunAsync("audit", "verify");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("2 entries, chain whole.", result.Output.Trim());
        Assert.Empty(result.Errors);
    }

    [Theory]
    [InlineData("UPDATE audit_log SET succeeded = 0 WHERE sequence = 2", "Entry 2 was edited.")]
    [InlineData("DELETE FROM audit_log WHERE sequence = 2", "Entry 2 is missing.")]
    [InlineData("DELETE FROM audit_log WHERE sequence > 2", "The end is cut off: entry 3 is missing.")]
    public async Task A_log_that_somebody_changed_in_the_database_is_not(string attack, string sentence)
    {
        await AddAsync("ada");
        await _program.RunAsync("users", "disable", "ada");
        await _program.RunAsync("users", "enable", "ada");

        await AttackAsync(attack);

        var result = await _program.RunAsync("audit", "verify");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal([sentence], result.Errors);
        Assert.Contains("chain broken", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scripts_get_the_faults_as_JSON()
    {
        await AddAsync("ada");
        await _program.RunAsync("users", "disable", "ada");
        var whole = JsonElement.Parse((await _program.RunAsync("audit", "verify", "--json")).Output);

        await AttackAsync("UPDATE audit_log SET sequence = 3 - sequence + 10", "UPDATE audit_log SET sequence = sequence - 10");

        var result = await _program.RunAsync("audit", "verify", "--json");
        var broken = JsonElement.Parse(result.Output);
        Assert.True(whole.GetProperty("whole").GetBoolean());
        Assert.Equal(2, whole.GetProperty("entries").GetInt64());
        Assert.Equal(1, result.ExitCode);
        Assert.False(broken.GetProperty("whole").GetBoolean());
        Assert.Equal(
            ["reordered 1", "reordered 2"],
            broken.GetProperty("faults").EnumerateArray().Select(fault => $"{fault.GetProperty("kind").GetString()} {fault.GetProperty("from").GetInt64()}"));
    }

    [Fact]
    public async Task Verifying_and_listing_work_beside_a_gateway_that_people_use()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("app", "/{**path}", "one-factor")
            .With("MfaGateway:DataDirectory", _program.PathOf("data")));
        var ada = await gateway.AddPersonAsync("ada");
        using var browser = gateway.NewBrowser();
        await ada.GivePasswordAsync(browser);

        var verified = await _program.RunAsync("audit", "verify");
        var events = await EventsAsync("--user", "ADA");

        Assert.Equal(0, verified.ExitCode);
        Assert.Equal("3 entries, chain whole.", verified.Output.Trim());
        Assert.Equal(["account.added", "factor.checked", "session.started"], events);
    }

    [Fact]
    public async Task A_log_that_was_put_back_together_with_its_head_does_not_fit_what_the_gateway_saw()
    {
        await AddAsync("ada");
        var earlier = File.ReadAllBytes(_program.PathOf("data/gateway.db"));
        await using (var gateway = await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:DataDirectory", _program.PathOf("data"))))
        {
            using var browser = gateway.NewBrowser();
            await browser.SubmitAsync(await browser.OpenAsync("/"), ("username", "ada"), ("password", "wrong"));
        }

        // Stopped: it has noted how far the log had come. Somebody hides the wrong password.
        Assert.Empty(Directory.GetFiles(_program.PathOf("data"), "gateway.db-wal"));
        File.WriteAllBytes(_program.PathOf("data/gateway.db"), earlier);

        var result = await _program.RunAsync("audit", "verify");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(["The log was put back to an earlier state: this gateway had seen another entry 2."], result.Errors);
    }

    [Fact]
    public async Task A_gateway_says_at_its_start_that_the_log_was_put_back_and_keeps_the_proof()
    {
        await AddAsync("ada");
        await _program.RunAsync("users", "disable", "ada");
        var mark = $$"""{ "Sequence": 7, "Mac": "{{Convert.ToBase64String(new byte[32])}}" }""";
        _program.Write("data/audit-mark.json", mark);
        await using var upstream = await RecordingUpstream.StartAsync();

        await using var gateway = await GatewayProcess.StartAsync(_program.Directory, upstream.Address);

        await Eventually.IsAsync(() => Task.FromResult(gateway.Output.Contains("had seen another entry 7", StringComparison.Ordinal)));
        Assert.Equal(0, await gateway.StopAsync());
        Assert.Equal(mark, File.ReadAllText(_program.PathOf("data/audit-mark.json")));
    }

    [Fact]
    public async Task A_gateway_deletes_what_is_older_than_it_keeps_and_the_rest_is_whole()
    {
        await AddAsync("ada");
        await AddAsync("bob");
        await using (var gateway = await GatewayUnderTest.StartAsync(setup =>
        {
            setup.Time = new ManualTimeProvider(TimeProvider.System.GetUtcNow().AddDays(20));
            setup.With("MfaGateway:DataDirectory", _program.PathOf("data")).With("MfaGateway:Audit:RetentionDays", "10");
        }))
        {
            await Eventually.IsAsync(async () => (await EventsAsync()).SequenceEqual(["audit.trimmed"]));
        }

        var verified = await _program.RunAsync("audit", "verify");
        var entry = Assert.Single((await JsonAsync("audit", "tail", "--json")).EnumerateArray());
        Assert.Equal("1 entry, chain whole.", verified.Output.Trim());
        Assert.Equal("gateway", entry.GetProperty("actor").GetString());
        Assert.Equal("entries 1 to 2", entry.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task The_tail_shows_only_what_was_asked_for()
    {
        await AddAsync("ada");
        await AddAsync("bob");
        await _program.RunAsync("users", "disable", "bob");
        await _program.RunAsync("sessions", "revoke", "bob");

        Assert.Equal(["account.added", "account.disabled", "session.ended"], await EventsAsync("--user", "BOB"));
        Assert.Equal(["account.added", "account.added", "account.disabled"], await EventsAsync("--event", "account."));
        Assert.Equal(["account.disabled"], await EventsAsync("--event", "account.disabled"));
        Assert.Equal(["account.disabled", "session.ended"], await EventsAsync("--user", "bob", "--by", "command", "--count", "2"));
        Assert.Empty(await EventsAsync("--by", "bob"));
        Assert.Empty(await EventsAsync("--refused"));
        Assert.Empty(await EventsAsync("--address", "192.0.2.7"));
        Assert.Equal(4, (await EventsAsync("--since", "5m")).Count());
        Assert.Equal(4, (await EventsAsync("--since", "2020-01-01")).Count());
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1).ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);
        Assert.Empty(await EventsAsync("--since", tomorrow));
    }

    [Theory]
    [InlineData("--since", "yesterday")]
    [InlineData("--since", "-5m")]
    [InlineData("--event", "sesion.started")]
    public async Task A_filter_that_can_fit_nothing_is_wrong_usage(string option, string value)
    {
        var result = await _program.RunAsync("audit", "tail", option, value);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"but was {value}.", result.Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entries_of_nobody_are_not_an_empty_list()
    {
        await AddAsync("ada");

        var result = await _program.RunAsync("audit", "tail", "--user", "adda");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(["There is no account adda. \"users list\" shows those there are."], result.Errors);
    }

    [Fact]
    public async Task A_store_whose_audit_key_was_taken_out_is_not_opened()
    {
        await AddAsync("ada");

        await AttackAsync("DELETE FROM facts WHERE name = 'audit-key'");

        var result = await _program.RunAsync("audit", "verify");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("The key of the audit chain is gone from the store", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_was_made_to_look_as_if_there_never_was_a_chain_is_not_taken_for_an_old_one()
    {
        await AddAsync("ada");
        await using (await GatewayUnderTest.StartAsync(setup => setup.With("MfaGateway:DataDirectory", _program.PathOf("data"))))
        {
            // It notes how far the log had come.
        }

        await AttackAsync(
            "DELETE FROM facts WHERE name = 'audit-key'",
            "UPDATE audit_log SET mac = NULL, account_id = 'somebody else'",
            "UPDATE audit_chain SET last_mac = mac_before, seal = NULL");

        var result = await _program.RunAsync("audit", "verify");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("The key of the audit chain is gone from the store", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    private async Task AddAsync(string name)
    {
        var added = await _program.RunAsync($"{Password}\n", ["users", "add", name, "--email", $"{name}@example.org", "--password-stdin"]);
        Assert.Equal(0, added.ExitCode);
    }

    private async Task AttackAsync(params string[] statements)
    {
        // Chooses the SQLite of this process once: two of them at one connection's handles end it.
        await using var library = new StoreServices(SqlStore.Sqlite(_program.PathOf("data/gateway.db")));
        await using var database = new SqliteConnection($"Data Source={_program.PathOf("data/gateway.db")};Pooling=False");
        await database.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var statement in statements)
        {
            await using var command = database.CreateCommand();
#pragma warning disable CA2100 // the test's own words
            command.CommandText = statement;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

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
