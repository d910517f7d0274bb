using System.Net;
using System.Text.Json;
using MfaGateway.Configuration;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.FunctionalTests.Api;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.Commands;

/// <summary>Backups, and stores that move: nothing that is good once is good again by either.</summary>
[OnStore(StoreProvider.Sqlite)]
public sealed class StoreCommandTests : IAsyncLifetime
{
    private const string Settings = """{ "MfaGateway": { "DataDirectory": "data" } }""";

    private readonly GatewayProgram _program = new(Settings);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _program.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_restored_backup_brings_people_back_and_nothing_that_was_used_since()
    {
        Browser signedIn;
        IReadOnlyList<string> codes;
        TotpSecret secret;
        string spent;
        await using (var before = await StartAsync())
        {
            var ada = await before.AddPersonAsync();
            (var client, codes) = await EnrollAsync(before, ada);
            secret = ada.Secret!;
            Assert.Equal(0, (await BackUpAsync()).ExitCode);

            // After the backup: a recovery code and the app's next code are used, and the session of before goes on.
            using var elsewhere = new ApiClient(before.NewBrowser());
            await elsewhere.SignInAsync(ada);
            (await elsewhere.PostAsync("/challenge/recovery-code", new { code = codes[0] })).LeadsTo("done");
            spent = ada.CodeAt(1);
            signedIn = client.Browser.Clone();
            Assert.Equal(HttpStatusCode.OK, (await signedIn.GetAsync("/")).Status);
        }

        Directory.Move(_program.PathOf("data"), _program.PathOf("lost"));
        var restored = await _program.RunAsync("store", "restore", "backup", "--key-file", "key", "--json");
        Assert.Empty(restored.Errors);
        Assert.Equal(1, JsonElement.Parse(restored.Output).GetProperty("accounts").GetInt32());

        await using var after = await StartAsync();
        var again = new TestPerson(after, "ada") { Secret = secret };
        using var stranger = signedIn.CloneTo(after.Address);
        Assert.Equal(HttpStatusCode.Found, (await stranger.GetAsync("/")).Status);
        using var browser = new ApiClient(after.NewBrowser());
        (await browser.SignInAsync(again)).LeadsTo("totp");
        Assert.NotEqual(HttpStatusCode.OK, (await browser.PostAsync("/challenge/recovery-code", new { code = codes[0] })).Status);
        Assert.NotEqual(HttpStatusCode.OK, (await browser.PostAsync("/challenge/recovery-code", new { code = codes[1] })).Status);
        (await browser.PostAsync("/challenge/totp", new { code = spent })).Is(HttpStatusCode.Unauthorized, "code-already-used");

        after.Time.Advance(TimeSpan.FromMinutes(2));
        (await browser.PostAsync("/challenge/totp", new { code = again.CurrentCode })).LeadsTo("done");
        Assert.Equal(0, (int)(await browser.GetAsync("/account/recovery-codes"))["remaining"]!);
        var entries = await after.Get<AuditStore>().ListAsync(before: null, 100, TestContext.Current.CancellationToken);
        Assert.Contains(entries, entry => entry.Entry is { Event: "store.restored", Actor: "command" });
        Assert.True(JsonElement.Parse((await _program.RunAsync("store", "verify", "--json")).Output).GetProperty("whole").GetBoolean());
    }

    [Fact]
    public async Task A_backup_that_was_edited_or_has_another_key_is_refused_and_nothing_is_made()
    {
        await _program.RunAsync(TestPerson.DefaultPassword + "\n", ["users", "add", "ada", "--email", "ada@example.org", "--password-stdin"]);
        Assert.Equal(0, (await BackUpAsync()).ExitCode);
        Directory.Move(_program.PathOf("data"), _program.PathOf("lost"));
        var bytes = await File.ReadAllBytesAsync(_program.PathOf("backup"), TestContext.Current.CancellationToken);

        foreach (var edited in (byte[][])[Flipped(bytes, bytes.Length / 2), Flipped(bytes, 25), bytes[..^1], bytes[..40], [], [.. bytes, 0]])
        {
            await File.WriteAllBytesAsync(_program.PathOf("edited"), edited, TestContext.Current.CancellationToken);
            var refused = await _program.RunAsync("store", "restore", "edited", "--key-file", "key");
            Assert.Equal(1, refused.ExitCode);
            Says("can't be restored", refused);
        }

        _program.Write("other", Convert.ToBase64String(new byte[32]));
        Assert.Equal(1, (await _program.RunAsync("store", "restore", "backup", "--key-file", "other")).ExitCode);
        Says("no key file", (await _program.RunAsync("store", "restore", "backup", "--key-file", "none")));
        Assert.False(Directory.Exists(_program.PathOf("data")));
    }

    [Fact]
    public async Task Neither_a_backup_nor_a_store_is_overwritten()
    {
        await _program.RunAsync(TestPerson.DefaultPassword + "\n", ["users", "add", "ada", "--email", "ada@example.org", "--password-stdin"]);
        Assert.Equal(0, (await BackUpAsync()).ExitCode);

        Says("there already", (await BackUpAsync()));
        var refused = await _program.RunAsync("store", "restore", "backup", "--key-file", "key");
        Assert.Equal(1, refused.ExitCode);
        Says("Nothing was changed", refused);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_program.PathOf("backup")));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_program.PathOf("key")));
        }
    }

    [Fact]
    public async Task A_session_goes_on_when_its_store_moves_to_another_engine()
    {
        Browser signedIn;
        await using (var before = await StartAsync())
        {
            var ada = await (await before.AddPersonAsync()).WithAuthenticatorAsync();
            signedIn = before.NewBrowser();
            await ada.SignInAsync(signedIn);
            var refused = await _program.RunAsync("--MfaGateway:Store:Provider=LiteDb", "store", "copy", "--from", "Sqlite");
            Assert.Equal(1, refused.ExitCode);
        }

        var told = await _program.RunAsync("--MfaGateway:Store:Provider=LiteDb", "users", "list");
        Says("store copy --from Sqlite", told);
        var moved = await _program.RunAsync("--MfaGateway:Store:Provider=LiteDb", "store", "copy", "--from", "Sqlite");
        Assert.Empty(moved.Errors);

        await using var after = await StartAsync("LiteDb");
        using var same = signedIn.CloneTo(after.Address);
        Assert.Equal(HttpStatusCode.OK, (await same.GetAsync("/")).Status);
    }

    private Task<GatewayUnderTest> StartAsync(string provider = "Sqlite") => GatewayUnderTest.StartAsync(setup =>
    {
        setup.Time = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        setup.With("MfaGateway:DataDirectory", _program.PathOf("data")).With("MfaGateway:Store:Provider", provider);
    });

    private Task<ProgramResult> BackUpAsync() => _program.RunAsync("store", "backup", "backup", "--key-file", "key");

    private static async Task<(ApiClient Client, IReadOnlyList<string> Codes)> EnrollAsync(GatewayUnderTest gateway, TestPerson person)
    {
        var client = new ApiClient(gateway.NewBrowser());
        (await client.SignInAsync(person)).LeadsTo("enroll-totp");
        Assert.True(Base32.TryDecode((string)(await client.PostAsync("/enroll/totp"))["secret"]!, out var secret));
        person.Secret = TotpSecret.FromBytes(secret);
        (await client.PostAsync("/enroll/totp/confirm", new { code = person.CurrentCode, name = "Phone" })).LeadsTo("save-recovery-codes");
        var codes = (await client.GetAsync("/enroll/recovery-codes"))["codes"]!.AsArray().Select(code => (string)code!).ToList();
        (await client.PostAsync("/enroll/recovery-codes/saved", new { })).LeadsTo("done");
        return (client, codes);
    }

    private static void Says(string part, ProgramResult result) =>
        Assert.Contains(result.Errors, line => line.Contains(part, StringComparison.Ordinal));

    private static byte[] Flipped(byte[] bytes, int place)
    {
        byte[] flipped = [.. bytes];
        flipped[place] ^= 1;
        return flipped;
    }
}
