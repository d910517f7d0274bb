using System.Text;
using MfaGateway.Configuration;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace MfaGateway.FunctionalTests.Configuration;

public sealed class ConfigurationSourcesTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("mfa-gateway-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void The_environments_file_the_secrets_and_the_command_line_override_in_this_order()
    {
        var secrets = _root.CreateSubdirectory("secrets");
        Write("appsettings.json", $$"""
            { "MfaGateway": { "SiteName": "file", "Contact": "file", "DataDirectory": "file", "SecretsDirectory": "{{secrets.FullName}}" } }
            """);
        Write("appsettings.Staging.json", """{ "MfaGateway": { "Contact": "environment", "DataDirectory": "environment", "Admin": { "Group": "environment" } } }""");
        Write("secrets/MfaGateway__DataDirectory", "secret\n");
        Write("secrets/MfaGateway__Admin__Group", "secret");

        var settings = Read("--MfaGateway:Admin:Group=command line").Configuration!.GetSection("MfaGateway");

        Assert.Equal("file", settings["SiteName"]);
        Assert.Equal("environment", settings["Contact"]);
        Assert.Equal("secret", settings["DataDirectory"]);
        Assert.Equal("command line", settings["Admin:Group"]);
    }

    public static TheoryData<string, string, string[], string[]> Replaced => new()
    {
        { """{ "MfaGateway": { "Policies": { "p": { "Groups": ["a", "b"] } } } }""", """{ "MfaGateway": { "Policies": { "P": { "groups": ["c"] } } } }""", [], ["MfaGateway:Policies:P:Groups:0=c"] },
        { """{ "MfaGateway": { "Policies": { "p": { "Users": ["a", "b"] } } } }""", """{ "MfaGateway": { "Policies": { "p": { "Users": [] } } } }""", [], [] },
        { """{ "MfaGateway": { "Policies": { "p": { "Networks": ["10.0.0.0/8", "::/1"] } } } }""", """{ "MfaGateway": { "Policies": { "p": { "Networks": null } } } }""", [], [] },
        { """{ "MfaGateway": { "TrustedProxies": ["10.0.0.0/8", "192.168.0.0/16"] } }""", """{ "MfaGateway": { "TrustedProxies": ["10.0.0.1/32"] } }""", [], ["MfaGateway:TrustedProxies:0=10.0.0.1/32"] },
        { """{ "MfaGateway": { "MagicCode": { "Registration": ["a.example", "b.example"] } } }""", "{}", ["--MfaGateway:MagicCode:Registration:0=c.example"], ["MfaGateway:MagicCode:Registration:0=c.example"] },
        { """{ "MfaGateway": { "Clusters": { "w": { "Groups": ["a", "b"] } } } }""", "{}", ["--MfaGateway:Clusters:w:Groups="], [] },
        { """{ "MfaGateway": { "TrustedProxies": ["10.0.0.0/8"] } }""", """{ "MfaGateway": { "SiteName": "x" } }""", [], ["MfaGateway:TrustedProxies:0=10.0.0.0/8"] },
        { """{ "ReverseProxy": { "Routes": { "r": { "Match": { "Methods": ["GET", "POST"], "Hosts": ["a", "b"] } } } } }""", """{ "ReverseProxy": { "Routes": { "r": { "Match": { "Methods": ["GET"] } } } } }""", [],
            ["ReverseProxy:Routes:r:Match:Hosts:0=a", "ReverseProxy:Routes:r:Match:Hosts:1=b", "ReverseProxy:Routes:r:Match:Methods:0=GET"] },
    };

    [Theory]
    [MemberData(nameof(Replaced))]
    public void A_list_of_a_later_place_is_the_whole_list(string first, string second, string[] arguments, string[] expected)
    {
        Write("appsettings.json", first);
        Write("appsettings.Staging.json", second);

        // What the machine has in its environment is no part of it.
        var settings = Read(arguments).Configuration!.AsEnumerable().Where(setting => setting.Key.Split(':')[0] is "MfaGateway" or "ReverseProxy");
        var entries = settings.Where(setting => char.IsAsciiDigit(setting.Key[^1])).Select(setting => $"{setting.Key}={setting.Value}");

        Assert.Equal(expected, entries.Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_variable_of_the_environment_and_a_secret_replace_a_list_as_well()
    {
        var secrets = _root.CreateSubdirectory("secrets");
        Write("appsettings.json", $$"""{ "MfaGateway": { "SecretsDirectory": "{{secrets.FullName}}", "TrustedProxies": ["10.0.0.0/8", "192.168.0.0/16"] } }""");
        Write("secrets/MfaGateway__TrustedProxies__0", "10.0.0.1/32");

        Assert.Equal(["10.0.0.1/32"], Read().Configuration!.GetSection("MfaGateway:TrustedProxies").GetChildren().Select(entry => entry.Value));
    }

    [Fact]
    public void A_file_may_hold_comments_and_trailing_commas()
    {
        Write("appsettings.json", "{\n  // why\n  \"MfaGateway\": { \"SiteName\": \"x\", },\n}");

        Assert.Equal("x", Read().Configuration!["MfaGateway:SiteName"]);
    }

    [Fact]
    public void A_syntax_error_is_one_line_with_file_line_and_position()
    {
        Write("appsettings.json", "{\n  \"MfaGateway\": {\n    \"SiteName\": oops\n  }\n}");

        var reading = Read();

        Assert.Null(reading.Configuration);
        var fault = Assert.Single(reading.Faults);
        Assert.StartsWith($"{PathOf("appsettings.json")} must be JSON, but line 3, position 17 is not: ", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", fault, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault);
    }

    [Fact]
    public void Syntax_errors_of_two_files_are_both_listed()
    {
        Write("appsettings.json", "{");
        Write("appsettings.Staging.json", "[]");

        Assert.Equal(2, Read().Faults.Count);
    }

    [Fact]
    public void A_key_that_stands_twice_is_a_fault()
    {
        Write("appsettings.json", """{ "MfaGateway": { "SiteName": "a", "sitename": "b" } }""");

        Assert.Contains("MfaGateway:sitename", Assert.Single(Read().Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_inside_the_secrets_directory_is_passed_over()
    {
        _root.CreateSubdirectory("secrets").CreateSubdirectory("nested"); // as mounted secret volumes have
        Write("appsettings.json", $$"""{ "MfaGateway": { "SecretsDirectory": "{{PathOf("secrets")}}" } }""");

        Assert.NotNull(Read().Configuration);
    }

    [Fact]
    public void A_missing_secrets_directory_is_the_readers_to_say()
    {
        Write("appsettings.json", """{ "MfaGateway": { "SecretsDirectory": "/nowhere/at/all" } }""");

        var reading = Read();

        Assert.Empty(reading.Faults);
        Assert.Single(GatewayConfigurationReader.Read(reading.Configuration!).Faults);
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_a_setting()
    {
        _root.CreateSubdirectory("secrets");
        Write("appsettings.json", $$"""{ "MfaGateway": { "SecretsDirectory": "{{PathOf("secrets")}}" } }""", Encoding.UTF8);
        Write("secrets/MfaGateway__SiteName", "Grüße\n", Encoding.UTF8);

        Assert.Equal("Grüße", Read().Configuration!["MfaGateway:SiteName"]);
    }

    [Fact]
    public void Secrets_that_are_not_UTF_8_are_faults_that_name_the_file()
    {
        _root.CreateSubdirectory("secrets");
        Write("appsettings.json", $$"""{ "MfaGateway": { "SecretsDirectory": "{{PathOf("secrets")}}" } }""");
        Write("secrets/MfaGateway__Contact", "help", Encoding.Unicode);
        Write("secrets/MfaGateway__Mail__Smtp__Password", "secret\r\n");
        Write("secrets/MfaGateway__SiteName", "Grüße", Encoding.Latin1);

        Assert.Equal(
            [
                $"{PathOf("secrets/MfaGateway__Contact")} must be UTF-8, but begins with the byte order mark of UTF-16.",
                $"{PathOf("secrets/MfaGateway__Mail__Smtp__Password")} must be one value, but ends in a Windows line end (CR LF). Write it with LF, or without a line end.",
                $"{PathOf("secrets/MfaGateway__SiteName")} must be UTF-8, but byte 3 is not.",
            ],
            Read().Faults);
    }

    [Fact]
    public void A_settings_file_that_is_not_UTF_8_is_a_fault()
    {
        Write("appsettings.json", """{ "MfaGateway": { "SiteName": "Grüße" } }""", Encoding.Latin1);

        Assert.Equal([$"{PathOf("appsettings.json")} must be UTF-8, but byte 34 is not."], Read().Faults);
    }

    private SourcesReading Read(params string[] settings) => ConfigurationSources.Read(_root.FullName, "Staging", settings);

    private string PathOf(string file) => Path.Combine(_root.FullName, file);

    private void Write(string file, string text) => File.WriteAllText(PathOf(file), text);

    private void Write(string file, string text, Encoding encoding) => File.WriteAllText(PathOf(file), text, encoding);
}
