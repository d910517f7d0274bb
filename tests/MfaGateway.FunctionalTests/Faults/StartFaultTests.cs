using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MfaGateway.FunctionalTests.Commands;
using MfaGateway.TestKit.Stores;
using Xunit;

namespace MfaGateway.FunctionalTests.Faults;

/// <summary>What prevents a start, and how the program says so: sentences, an exit code, and never a stack trace.</summary>
public sealed class StartFaultTests : IDisposable
{
    private const string AnyPort = "--urls=http://127.0.0.1:0";

    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Every_fault_of_every_section_is_listed_at_once()
    {
        _program.Write("appsettings.json", """
            {
              "Kestrel": { "Endpoints": { "Https": { "Url": "https://127.0.0.1:0", "Certificate": { "Path": "missing.pem" } } } },
              "ReverseProxy": {
                "Routes": {
                  "wiki": { "ClusterId": "nowhere", "AuthorizationPolicy": "nobody", "Match": { "Path": "/{**rest}" } },
                  "shop": { "ClusterId": "shop", "Match": { "Path": "/{a}/{a" } }
                },
                "Clusters": { "shop": { "LoadBalancingPolicy": "Best", "Destinations": { "one": { "Address": "not an address" } } } }
              },
              "MfaGateway": { "Session": { "IdleTimeout": "never" }, "Totp": { "Digits": 5 }, "PublicOrigin": "example" }
            }
            """);

        var result = await _program.RunAsync("serve");

        Assert.Equal(78, result.ExitCode);
        Assert.Empty(result.Output);
        foreach (var named in (string[])
            [
                "Kestrel:Endpoints:Https:Certificate:Path", "MfaGateway:Session:IdleTimeout", "MfaGateway:Totp:Digits", "MfaGateway:PublicOrigin",
                "Routes:wiki:ClusterId", "Routes:wiki:AuthorizationPolicy", "shop", "'Best'", "not an address",
            ])
        {
            Assert.Contains(result.Errors, line => line.Contains(named, StringComparison.Ordinal));
        }

        AssertPlain(result);
        Assert.False(Directory.Exists(_program.PathOf("data")));
    }

    [Fact]
    public async Task An_address_that_is_taken_is_one_sentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var result = await _program.RunAsync("serve", $"--urls=http://127.0.0.1:{port}");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(port, Assert.Single(result.Errors), StringComparison.Ordinal);
        AssertPlain(result);
    }

    [Fact]
    public async Task An_address_that_is_not_this_machines_is_one_sentence()
    {
        var result = await _program.RunAsync("serve", "--urls=http://192.0.2.1:5000");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("192.0.2.1", Assert.Single(result.Errors), StringComparison.Ordinal);
        AssertPlain(result);
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_read_is_a_fault_of_the_configuration()
    {
        _program.Write("torn.pem", "-----BEGIN CERTIFICATE-----\nAAAA");
        _program.Write("appsettings.json", """
            { "Kestrel": { "Endpoints": { "Https": { "Url": "https://127.0.0.1:0", "Certificate": { "Path": "torn.pem" } } } } }
            """);

        var result = await _program.RunAsync("serve");

        Assert.Equal(78, result.ExitCode);
        Assert.StartsWith("Kestrel: ", Assert.Single(result.Errors), StringComparison.Ordinal);
        AssertPlain(result);
    }

    [Fact]
    public async Task A_data_directory_that_is_no_directory_is_named()
    {
        _program.Write("file", "");

        var result = await _program.RunAsync("serve", AnyPort, $"--MfaGateway:DataDirectory={_program.PathOf("file/data")}");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(_program.PathOf("file/data"), Assert.Single(result.Errors), StringComparison.Ordinal);
        AssertPlain(result);
    }

    [Theory]
    [InlineData("")]
    [InlineData("data")]
    [InlineData("data/gateway.lock")]
    [InlineData("data/store.json")]
    [InlineData("data/gateway.db")]
    [InlineData("data/keys")]
    public async Task What_the_programs_user_may_not_touch_is_named(string closed)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            Assert.Skip("only root can run a program as somebody else");
            return; // for the analyzer, which does not know that the line above throws
        }

        if (closed.Length > 0)
        {
            await new Visitor("ada").AddedAsync(_program);
            _program.Write("data/gateway.lock", "");
        }

        File.SetUnixFileMode(_program.Directory, (UnixFileMode)0b111_101_101);
        foreach (var name in new[] { "data", "data/keys" }.Where(name => name != closed && closed.Length > 0))
            File.SetUnixFileMode(_program.PathOf(name), (UnixFileMode)0b111_111_111);
        foreach (var file in Directory.EnumerateFiles(_program.Directory, "*", SearchOption.AllDirectories))
            File.SetUnixFileMode(file, (UnixFileMode)(file == _program.PathOf(closed) ? 0b110_000_000 : 0b110_110_110));

        var result = await _program.RunAsNobodyAsync("serve", AnyPort);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(_program.PathOf(closed.Length == 0 ? "data" : closed), Assert.Single(result.Errors), StringComparison.Ordinal);
        AssertPlain(result);
    }

    [Fact]
    public async Task A_database_server_that_does_not_answer_is_named_without_its_password()
    {
        var result = await _program.RunAsync(
            "serve", AnyPort, "--MfaGateway:Store:Provider=Postgres", "--MfaGateway:Store:ConnectionString=Host=127.0.0.1;Port=1;Username=mfa;Password=hush;Database=mfa");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("127.0.0.1:1/mfa", Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", result.Output + string.Concat(result.Errors), StringComparison.Ordinal);
        AssertPlain(result);
    }

    [Fact]
    public async Task A_first_run_on_a_database_that_another_gateway_uses_asks_for_its_keys()
    {
        PostgreSqlStoreFixture.Require();
        await using var place = await PostgreSqlStoreFixture.AddAsync();
        string[] settings = ["--MfaGateway:Store:Provider=Postgres", $"--MfaGateway:Store:ConnectionString={place.ConnectionString}"];
        await _program.RunAsync("nineteen-Copper-kettles-42", ["users", "add", "ada", "--email", "ada@example.org", "--password-stdin", .. settings]);

        var result = await _program.RunAsync(["serve", AnyPort, "--MfaGateway:DataDirectory=other", .. settings]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(_program.PathOf("other/keys"), Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_program.PathOf("other"), "*", SearchOption.AllDirectories));
        AssertPlain(result);
    }

    private static void AssertPlain(ProgramResult result)
    {
        var all = result.Output + string.Join('\n', result.Errors);
        Assert.DoesNotContain("   at ", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", all, StringComparison.Ordinal);
    }
}
