using System.Text.Json.Nodes;
using MfaGateway.Core.Access;
using MfaGateway.Core.IdentityHeaders;
using MfaGateway.FunctionalTests.Proxying;
using MfaGateway.FunctionalTests.Verifiers;
using MfaGateway.Proxying;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MfaGateway.FunctionalTests.Samples;

/// <summary>Each sample program takes a live assertion, and decides every vector rightly.</summary>
public sealed class VerifyAssertionTests
{
    private static readonly string VectorFile = Path.Combine(Repository.Samples, "vectors.json");

    public static TheoryData<string> Samples => ["csharp", "node", "python", "php"];

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_live_assertion_is_accepted_and_says_who_is_there(string sample)
    {
        await using var gateway = await StatementGateway.StartAsync();
        gateway.SignIn(StatementGateway.Anna);
        var assertion = RawHttp.Values(await gateway.ForwardAsync(), "X-Mfa-Assertion").Single();
        var keySet = $"{gateway.Address}{StatementGateway.PathPrefix}{JwksEndpoint.Path}";

        var accepted = await RunAsync(sample, keySet, "https://gate.example.test", "app", assertion);
        var forOther = await RunAsync(sample, keySet, "https://gate.example.test", "other", assertion);

        Assert.Equal((0, ""), (accepted.ExitCode, accepted.Error));
        var claims = JsonNode.Parse(accepted.Output)!;
        Assert.Equal("acc-7Qy", (string?)claims["sub"]);
        Assert.Equal("Anna Ødegård", (string?)claims["name"]);
        Assert.Equal(StrengthNames.TwoFactor, (string?)claims["acr"]);
        Assert.Equal(1, forOther.ExitCode);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Every_vector_is_decided_rightly(string sample)
    {
        var document = JsonNode.Parse(await File.ReadAllTextAsync(VectorFile, TestContext.Current.CancellationToken))!;
        await using var server = await ServeAsync(document["keySet"]!.ToJsonString());

        var wrong = new List<string>();
        foreach (var vector in document["vectors"]!.AsArray())
        {
            var outcome = await RunAsync(sample, server.Urls.Single(), (string)document["issuer"]!, (string)document["audience"]!, (string)vector!["token"]!);
            var (code, word) = (bool)vector["accept"]! ? (0, "") : (1, "refused: ");
            if (outcome.ExitCode != code || !outcome.Error.StartsWith(word, StringComparison.Ordinal) || (code == 0 && outcome.Error.Length > 0))
                wrong.Add($"{vector["name"]}: {outcome}");
        }

        Assert.Empty(wrong);
    }

    /// <summary>With MFAGATEWAY_WRITE_VECTORS=1 it writes the file that it otherwise compares.</summary>
    [Fact]
    public async Task The_vectors_in_the_repository_are_the_cases_that_we_know()
    {
        var made = AssertionVectors.Create();
        if (Environment.GetEnvironmentVariable("MFAGATEWAY_WRITE_VECTORS") == "1")
        {
            var json = made.ToJsonString(new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            await File.WriteAllTextAsync(VectorFile, json + "\n", TestContext.Current.CancellationToken);
        }

        var kept = JsonNode.Parse(await File.ReadAllTextAsync(VectorFile, TestContext.Current.CancellationToken))!;

        Assert.Equal(Cases(made), Cases(kept));
    }

    private static IEnumerable<(string?, bool)> Cases(JsonNode document) =>
        document["vectors"]!.AsArray().Select(vector => ((string?)vector!["name"], (bool)vector["accept"]!));

    private static async Task<ExternalProgram.Outcome> RunAsync(
        string sample, string keySet, string issuer, string audience, string assertion)
    {
        var folder = Path.Combine(Repository.Samples, sample);
        var (program, script) = sample switch
        {
            "csharp" => ("dotnet", BuiltSample(folder)),
            "node" => (NodeProgram.Node, Path.Combine(await NodeProgram.PrepareAsync(folder), "verify.mjs")),
            "python" => (ExternalProgram.Require("Debian package python3-jwt", "/usr/bin/python3"), Path.Combine(folder, "verify.py")),
            _ => (ExternalProgram.Require("Debian package php-cli", "/usr/bin/php"), Path.Combine(folder, "verify.php")),
        };
        if (sample == "python" && (await ExternalProgram.RunAsync(program, ["-c", "import jwt, cryptography"], "")).ExitCode != 0)
            ExternalProgram.Missing("PyJWT with cryptography is not installed (Debian packages python3-jwt, python3-cryptography).");
        return await ExternalProgram.RunAsync(program, [script, keySet, issuer, audience], assertion);
    }

    // Built along with the tests, in the same configuration.
    private static string BuiltSample(string folder)
    {
        var configuration = Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;
        return Path.Combine(folder, "bin", configuration, "net10.0", "VerifyAssertion.dll");
    }

    private static async Task<WebApplication> ServeAsync(string keySet)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(keySet, context.RequestAborted);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
