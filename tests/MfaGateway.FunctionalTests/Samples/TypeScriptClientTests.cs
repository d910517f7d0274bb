using System.Diagnostics;
using MfaGateway.FunctionalTests.Verifiers;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Samples;

/// <summary>The sample client is what the OpenAPI document says, and gets through a real gateway.</summary>
public sealed class TypeScriptClientTests
{
    private static readonly string Sample = Path.Combine(Repository.Root, "samples", "typescript-client");
    private static readonly string Document = Path.Combine(Repository.Root, "docs", "openapi.json");

    [Fact]
    public async Task The_types_in_the_repository_are_those_of_the_document()
    {
        var made = await GenerateAsync(Document);
        var kept = await File.ReadAllTextAsync(Path.Combine(Sample, "schema.ts"), TestContext.Current.CancellationToken);

        Assert.True(made == kept, "samples/typescript-client/schema.ts is not what generate.mjs writes. Run 'npm run generate' there.");
    }

    [Fact]
    public async Task The_client_compiles_and_walks_through_a_gateway()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("reports", "/reports", "two-factor").Route("app", "/{**path}", "one-factor")
            // Node.js sends Sec-Fetch-Mode, as browsers do.
            .With("MfaGateway:Api:BrowserChanges", "true")
            .Time = new ManualTimeProvider(TimeProvider.System.GetUtcNow()));
        var ada = await gateway.AddPersonAsync();
        using var folder = await CopyAsync();

        var compiled = await folder.CompileAsync();
        Assert.Equal((0, ""), (compiled.ExitCode, compiled.Output));
        var walked = await ExternalProgram.RunAsync(
            NodeProgram.Node, [Path.Combine(folder.Path, "dist", "walk.js"), gateway.Address.GetLeftPart(UriPartial.Authority), ada.UserName, ada.Password], "");

        Assert.Equal((0, ""), (walked.ExitCode, walked.Error));
        Assert.Equal(
            """
            ways in: password
            goes to: /reports
            signed in: ada, two-factor
            or: recovery-code
            tries left: 4
            recovery codes: 9
            second factor: off
            sessions: this one

            """,
            walked.Output);
    }

    [Fact]
    public async Task The_client_signs_in_by_a_code_that_was_mailed()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .Route("app", "/{**path}", "one-factor").With("MfaGateway:MagicCode:Enabled", "true"));
        await gateway.AddPersonAsync();
        using var folder = await CopyAsync();
        var compiled = await folder.CompileAsync();
        Assert.Equal((0, ""), (compiled.ExitCode, compiled.Output));

        var start = new ProcessStartInfo(
            NodeProgram.Node, [Path.Combine(folder.Path, "dist", "mail.js"), gateway.Address.GetLeftPart(UriPartial.Authority), "ada@example.org"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var walk = Process.Start(start)!;
        await walk.StandardInput.WriteLineAsync((await MailedCode.NextAsync(gateway)).Code);
        var output = walk.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = walk.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await walk.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), (walk.ExitCode, await error));
        Assert.Equal(
            """
            codes by e-mail: 6 digits, 10 minutes
            waits for code: 1 of 3
            another one from: when it said
            goes to: /reports
            signed in: ada, one-factor-mail

            """,
            await output);
    }

    [Theory]
    [InlineData("\"rememberBrowser\"", "\"keepBrowser\"", "client.ts")]
    [InlineData("\"/challenge/totp\"", "\"/challenge/otp\"", "client.ts")]
    [InlineData("\"save-recovery-codes\"", "\"show-recovery-codes\"", "walk.ts")]
    public async Task The_client_does_not_compile_when_the_document_says_something_else(string before, string after, string file)
    {
        var document = await File.ReadAllTextAsync(Document, TestContext.Current.CancellationToken);
        Assert.Contains(before, document, StringComparison.Ordinal);
        using var folder = await CopyAsync();
        var changed = Path.Combine(folder.Path, "openapi.json");
        await File.WriteAllTextAsync(changed, document.Replace(before, after, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "schema.ts"), await GenerateAsync(changed), TestContext.Current.CancellationToken);

        var compiled = await folder.CompileAsync();

        Assert.NotEqual(0, compiled.ExitCode);
        Assert.StartsWith($"{file}(", compiled.Output, StringComparison.Ordinal);
    }

    private static async Task<string> GenerateAsync(string document)
    {
        var outcome = await ExternalProgram.RunAsync(NodeProgram.Node, [Path.Combine(Sample, "generate.mjs"), document], "");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        return outcome.Output;
    }

    private static async Task<SampleCopy> CopyAsync()
    {
        var installed = await NodeProgram.PrepareAsync(Sample);
        var folder = Directory.CreateTempSubdirectory("mfagateway-client-").FullName;
        foreach (var file in Directory.EnumerateFiles(Sample))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        return new(folder, Path.Combine(installed, "node_modules", "typescript", "bin", "tsc"));
    }

    /// <summary>The sample in a folder of its own, to be compiled there.</summary>
    private sealed record SampleCopy(string Path, string Compiler) : IDisposable
    {
        public Task<ExternalProgram.Outcome> CompileAsync() => ExternalProgram.RunAsync(NodeProgram.Node, [Compiler, "--project", "."], "", Path);

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
