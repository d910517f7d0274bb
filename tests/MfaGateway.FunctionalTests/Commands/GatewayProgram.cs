using System.Diagnostics;
using Xunit;

namespace MfaGateway.FunctionalTests.Commands;

/// <summary>The real program as a process of its own, in a directory of its own.</summary>
internal sealed class GatewayProgram : IDisposable
{
    private static readonly string Assembly = typeof(MfaGateway.Commands.GatewayCommandLine).Assembly.Location;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mfa-gateway-");

    public GatewayProgram(string settings = "{}") => Write("appsettings.json", settings);

    public string PathOf(string name) => Path.Combine(_directory.FullName, name);

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    public Task<ProgramResult> RunAsync(params string[] arguments) => RunAsync(input: string.Empty, arguments);

    /// <param name="input">What stands on the standard input; there is no terminal.</param>
    public async Task<ProgramResult> RunAsync(string input, string[] arguments, params (string Name, string Value)[] environment)
    {
        using var process = Process.Start(StartInfo(arguments, environment))!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading: what it says is in the result.
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(patience.Token);
        return new ProgramResult(process.ExitCode, await output, Lines(await error));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private ProcessStartInfo StartInfo(string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            WorkingDirectory = _directory.FullName,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Assembly);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    // What the person who runs the tests has set must not reach the program.
    private static bool IsSetting(string name) =>
        name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("MfaGateway__", StringComparison.OrdinalIgnoreCase)
        || name.Equals("DOTNET_ENVIRONMENT", StringComparison.OrdinalIgnoreCase);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <param name="Errors">The lines of the standard error.</param>
internal sealed record ProgramResult(int ExitCode, string Output, string[] Errors);
