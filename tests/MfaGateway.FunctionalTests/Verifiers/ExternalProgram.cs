using System.Diagnostics;
using Xunit;

namespace MfaGateway.FunctionalTests.Verifiers;

/// <summary>A program that nobody here wrote, or that stands for somebody's app.</summary>
internal static class ExternalProgram
{
    public sealed record Outcome(int ExitCode, string Output, string Error);

    public static async Task<Outcome> RunAsync(string file, string[] arguments, string input, string? directory = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "",
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; what it says of that is in the outcome.
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Outcome(process.ExitCode, await output, await error);
    }

    /// <summary>The first of these files that exists; else the test is skipped, or fails where everything must run.</summary>
    public static string Require(string package, params string[] files) =>
        Array.Find(files, File.Exists) ?? Missing($"{files[0]} is not installed ({package}).");

    /// <summary>Skips the test, or fails it where everything must run.</summary>
    public static string Missing(string reason)
    {
        Assert.False(Environment.GetEnvironmentVariable("MFAGATEWAY_REQUIRE_ALL") == "1", reason);
        Assert.Skip(reason);
        return "";
    }
}
