using System.Net.Sockets;
using MfaGateway.Configuration;
using MfaGateway.TestKit;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.Commands;

/// <summary>Commands that a running gateway carries out for other processes.</summary>
public class RemoteCommandTests : IAsyncLifetime
{
    private readonly GatewayProgram _program = new();
    private RecordingUpstream _upstream = null!;
    private GatewayProcess _gateway = null!;

    private string SocketFile => _program.PathOf("data/gateway.sock");

    private bool IsExclusive => GetType() == typeof(RemoteCommandTestsOnLiteDb);

    public async ValueTask InitializeAsync()
    {
        _upstream = await RecordingUpstream.StartAsync();
        _gateway = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
        _program.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Answers_faults_and_exit_codes_are_those_of_a_command_of_its_own()
    {
        Assert.Equal(0, (await AddAsync("ada")).ExitCode);
        string[][] commands =
        [
            ["users", "list"], ["users", "show", "ada", "--json"], ["users", "show", "nobody"], ["users", "disable"], ["users", "delete", "ada"],
            ["audit", "verify"], ["store", "verify", "--json"], ["mail", "undelivered"],
        ];
        var there = new List<ProgramResult>();
        foreach (var command in commands)
            there.Add(await _program.RunAsync(command));

        await _gateway.StopAsync();

        foreach (var (index, command) in commands.Index())
        {
            var here = await _program.RunAsync(command);
            Assert.Equal((here.ExitCode, here.Output), (there[index].ExitCode, there[index].Output));
            Assert.Equal(here.Errors, there[index].Errors);
        }

        Assert.Contains("ada@example.org", there[0].Output, StringComparison.Ordinal);
        Assert.Equal(1, there[2].ExitCode);
    }

    [Fact]
    public async Task A_backup_is_written_where_the_commands_own_directory_says()
    {
        Assert.Equal(0, (await AddAsync("ada")).ExitCode);

        var made = await _program.RunAsync("store", "backup", "backup.bin", "--key-file", "key.txt");

        Assert.True(made.ExitCode == 0, string.Join('\n', made.Errors));
        Assert.True(File.Exists(_program.PathOf("backup.bin")));
        Assert.Equal(1, (await _program.RunAsync("store", "backup", "backup.bin", "--key-file", "key.txt")).ExitCode);
    }

    [Fact]
    public async Task Many_commands_at_once_are_all_carried_out()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => AddAsync($"person{number}")));

        Assert.All(results, result => Assert.Equal(0, result.ExitCode));
        var listed = await _program.RunAsync("users", "list");
        Assert.All(Enumerable.Range(0, 12), number => Assert.Contains($"person{number}", listed.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_long_answer_comes_whole()
    {
        for (var number = 0; number < 3; number++)
            Assert.Equal(0, (await AddAsync($"person{number}")).ExitCode);

        var tail = await _program.RunAsync("audit", "tail", "--json");

        Assert.Equal(3, System.Text.Json.JsonDocument.Parse(tail.Output).RootElement.EnumerateArray().Count(entry => entry.GetProperty("event").GetString() == "account.added"));
    }

    [Fact]
    public async Task The_socket_of_a_gateway_that_was_killed_is_replaced()
    {
        await _gateway.KillAsync();
        Assert.True(File.Exists(SocketFile));
        Assert.Equal(0, (await AddAsync("ada")).ExitCode); // on the store itself

        _gateway = await StartAsync();

        Assert.Equal(0, (await AddAsync("bob")).ExitCode);
        Assert.Contains("ada", (await _program.RunAsync("users", "list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_stops_takes_its_socket_away()
    {
        await _gateway.StopAsync();

        Assert.False(File.Exists(SocketFile));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_in_the_way_of_the_socket_stays_and_stops_the_start_where_commands_have_no_other_way(bool isLink)
    {
        await _gateway.StopAsync();
        var other = _program.PathOf("other");
        File.WriteAllText(other, "something");
        if (isLink)
            File.CreateSymbolicLink(SocketFile, other);
        else
            File.Copy(other, SocketFile);

        if (IsExclusive)
        {
            var result = await _program.RunAsync("serve", "--urls=http://127.0.0.1:0");
            Assert.Equal(1, result.ExitCode);
            Assert.Contains(SocketFile, Assert.Single(result.Errors), StringComparison.Ordinal);
        }
        else
        {
            await using var gateway = await StartAsync();
            Assert.Contains(SocketFile, gateway.Output, StringComparison.Ordinal);
            Assert.Equal(0, (await AddAsync("ada")).ExitCode);
        }

        Assert.Equal("something", File.ReadAllText(SocketFile));
    }

    [Fact]
    public async Task A_setting_that_the_gateway_has_otherwise_is_refused()
    {
        await _gateway.StopAsync();
        _gateway = await StartAsync(("MfaGateway:Totp:Digits", "8"));
        Assert.Equal(0, (await _program.RunAsync("users", "list", "--MfaGateway:Totp:Digits=8")).ExitCode);

        foreach (var setting in (string[])["--MfaGateway:Totp:Digits=6", "--MfaGateway:Totp:Algorithm=SHA1"])
        {
            var result = await _program.RunAsync("users", "list", setting);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains(setting[2..setting.IndexOf('=', StringComparison.Ordinal)], Assert.Single(result.Errors), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Another_user_has_nothing_carried_out()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            Assert.Skip("only root can run a program as somebody else");
            return; // for the analyzer, which does not know that the line above throws
        }

        // As open as somebody may have made them: the file, its directory and all around.
        const UnixFileMode all = (UnixFileMode)0b111_111_111;
        File.SetUnixFileMode(_program.Directory, all);
        File.SetUnixFileMode(_program.PathOf("data"), all);
        File.SetUnixFileMode(SocketFile, all);
        File.SetUnixFileMode(_program.PathOf("appsettings.json"), all);

        var result = await _program.RunAsNobodyAsync("users", "list");

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains("refused", Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.Contains("another user", _gateway.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("store restore x --key-file y")]
    [InlineData("config check")]
    [InlineData("users add")]
    [InlineData("")]
    public async Task What_is_no_command_on_the_store_is_not_carried_out(string arguments)
    {
        using var socket = await ConnectAsync();
        var json = $$"""{"kind":"invocation","Arguments":[{{string.Join(',', arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => $"\"{one}\""))}}],"Directory":"/","Settings":[],"CanAsk":false,"Width":null}""";

        var heard = await SayAsync(socket, System.Text.Encoding.UTF8.GetBytes(json));

        Assert.Contains("\"ExitCode\":1", heard, StringComparison.Ordinal);
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"kind":"ended","ExitCode":0}""")]
    [InlineData("""{"kind":"invocation"}""")]
    [InlineData("""{"kind":"invocation","Arguments":null,"Settings":[],"Directory":"/","CanAsk":false,"Width":null}""")]
    [InlineData("""{"kind":"invocation","Arguments":["users","list"],"Settings":["x"],"Directory":"/","CanAsk":false,"Width":null}""")]
    public async Task What_is_no_invocation_ends_the_connection_alone(string text)
    {
        using var socket = await ConnectAsync();

        Assert.Empty(await SayAsync(socket, System.Text.Encoding.UTF8.GetBytes(text)));
        await AssertServesAsync();
    }

    [Fact]
    public async Task A_length_that_no_message_has_ends_the_connection_alone()
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(new byte[] { 0x7F, 0xFF, 0xFF, 0xFF });

        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
        await AssertServesAsync();
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketFile));
        return socket;
    }

    /// <returns>All that is answered, lengths and all.</returns>
    private static async Task<string> SayAsync(Socket socket, byte[] message)
    {
        await socket.SendAsync(new byte[] { 0, 0, (byte)(message.Length >> 8), (byte)message.Length });
        await socket.SendAsync(message);
        await using var stream = new NetworkStream(socket);
        socket.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private async Task AssertServesAsync() => Assert.Equal(0, (await _program.RunAsync("users", "list")).ExitCode);

    private Task<GatewayProcess> StartAsync(params (string Key, string Value)[] settings) => GatewayProcess.StartAsync(_program.Directory, _upstream.Address, settings);

    private Task<ProgramResult> AddAsync(string name) =>
        _program.RunAsync($"{TestPerson.DefaultPassword}\n", ["users", "add", name, "--email", $"{name}@example.org", "--password-stdin"]);
}

[OnStore(StoreProvider.LiteDb)]
public sealed class RemoteCommandTestsOnLiteDb : RemoteCommandTests;

[OnStore(StoreProvider.LiteDb)]
public sealed class RunningGatewayTestsOnLiteDb : RunningGatewayTests;

[OnStore(StoreProvider.LiteDb)]
public sealed class LockCommandTestsOnLiteDb : LockCommandTests;

[OnStore(StoreProvider.LiteDb)]
public sealed class PasswordBytesTestsOnLiteDb : PasswordBytesTests;
