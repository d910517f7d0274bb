using Xunit;

namespace MfaGateway.FunctionalTests.Commands;

/// <summary>How the real program ends on a bad configuration, with <c>config check</c>, with commands and at its start.</summary>
public sealed class ConfigurationCheckTests : IDisposable
{
    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task A_good_configuration_is_fine()
    {
        var result = await _program.RunAsync("config", "check");

        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Errors);
    }

    [Theory]
    [InlineData("config", "check")]
    [InlineData("users", "list")]
    [InlineData("serve")]
    [InlineData]
    public async Task Every_fault_is_one_line_and_the_exit_code_is_78(params string[] arguments)
    {
        _program.Write("appsettings.json", """{ "MfaGateway": { "Totp": { "SkewSteps": 9 }, "Admin": { "Grup": "x" } } }""");

        var result = await _program.RunAsync(arguments);

        Assert.Equal(78, result.ExitCode);
        Assert.Equal(
            [
                "MfaGateway:Admin:Grup is not a setting; the nearest is MfaGateway:Admin:Group.",
                "MfaGateway:Totp:SkewSteps must be 0 to 2, but was 9.",
            ],
            result.Errors);
        Assert.False(Directory.Exists(_program.PathOf("data")));
    }

    [Theory]
    [InlineData("config", "check")]
    [InlineData("serve")]
    public async Task What_YARP_finds_wrong_is_said_in_the_same_way_beside_the_rest(params string[] arguments)
    {
        _program.Write("appsettings.json", """
            {
              "ReverseProxy": {
                "Routes": {
                  "wiki": { "ClusterId": "wiki", "AuthorizationPolicy": "nobody", "Match": {} },
                  "shop": { "ClusterId": "shop", "Match": { "Path": "/{**rest}" }, "Transforms": [ { "Bogus": "x" } ] }
                },
                "Clusters": { "wiki": { "Destinations": { "one": { "Address": "http://127.0.0.1:8080/" } } } }
              }
            }
            """);

        var result = await _program.RunAsync(arguments);

        Assert.Equal(78, result.ExitCode);
        Assert.Equal(
            [
                "ReverseProxy:Routes:shop:ClusterId must be one of the clusters wiki, but was \"shop\".",
                "ReverseProxy:Routes:wiki:AuthorizationPolicy must be one of Anonymous, one-factor, two-factor, deny, but was \"nobody\".",
                "ReverseProxy:Routes:shop: Unknown transform: Bogus",
                "ReverseProxy:Routes:wiki: Route 'wiki' requires Hosts or Path specified. Set the Path to '/{**catchall}' to match all requests.",
            ],
            result.Errors);
        Assert.False(Directory.Exists(_program.PathOf("data")));
    }

    [Theory]
    [InlineData("config", "check")]
    [InlineData("users", "list")]
    [InlineData("serve")]
    public async Task A_file_that_is_no_JSON_is_one_line_and_no_trace(params string[] arguments)
    {
        _program.Write("appsettings.json", "{\n  \"MfaGateway\": oops\n}");

        var result = await _program.RunAsync(arguments);

        Assert.Equal(78, result.ExitCode);
        Assert.StartsWith(
            $"{_program.PathOf("appsettings.json")} must be JSON, but line 2, position 17 is not: ", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_read_ends_the_start_with_one_line()
    {
        _program.Write("broken.pfx", "no certificate");

        var result = await _program.RunAsync(
            "serve",
            "--Kestrel:Endpoints:Https:Url=https://127.0.0.1:0",
            $"--Kestrel:Endpoints:Https:Certificate:Path={_program.PathOf("broken.pfx")}");

        Assert.Equal(78, result.ExitCode);
        Assert.StartsWith("Kestrel: ", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_chooses_the_second_file_and_its_variables_count()
    {
        _program.Write("appsettings.Staging.json", """{ "MfaGateway": { "Totp": { "Digits": 7 } } }""");

        var fine = await _program.RunAsync("config", "check");
        var wrong = await _program.RunAsync(
            string.Empty, ["config", "check"], ("ASPNETCORE_ENVIRONMENT", "Staging"), ("MfaGateway__RecoveryCodes__Count", "99"));

        Assert.Equal(0, fine.ExitCode);
        Assert.Equal(78, wrong.ExitCode);
        Assert.Equal(
            ["MfaGateway:RecoveryCodes:Count must be 5 to 20, but was 99.", "MfaGateway:Totp:Digits must be 6 or 8, but was 7."],
            wrong.Errors);
    }
}
