using System.Diagnostics;
using System.Text;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Commands;

/// <summary>The real program as a process of its own, in a directory of its own.</summary>
internal sealed class GatewayProgram : IDisposable
{
    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("mfa-gateway-");

    public GatewayProgram(string settings = "{}") => Write("appsettings.json", settings);

    /// <summary>Where it runs; its settings are in here, and its data directory unless they say otherwise.</summary>
    public string Directory => _directory.FullName;

    public string PathOf(string name) => Path.Combine(_directory.FullName, name);

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    /// <summary>A program of the shell that this one may start.</summary>
    public void WriteScript(string name, string text)
    {
        Write(name, $"#!/bin/sh\n{text}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(PathOf(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public Task<ProgramResult> RunAsync(params string[] arguments) => RunAsync(input: string.Empty, arguments);

    /// <param name="input">What stands on the standard input; there is no terminal.</param>
    public Task<ProgramResult> RunAsync(string input, string[] arguments, params (string Name, string Value)[] environment) =>
        RunAsync(Encoding.UTF8.GetBytes(input), StartInfo(arguments, environment));

    /// <param name="input">Byte for byte what is on the standard input.</param>
    public Task<ProgramResult> RunAsync(byte[] input, params string[] arguments) => RunAsync(input, StartInfo(arguments, []));

    /// <summary>As a user who may do nothing; only root can.</summary>
    public Task<ProgramResult> RunAsNobodyAsync(params string[] arguments)
    {
        var start = StartInfo(arguments, [("HOME", "/"), ("DOTNET_CLI_HOME", "/tmp")]);
        foreach (var part in (string[])[start.FileName, "--", "nobody", "-u"])
            start.ArgumentList.Insert(0, part);
        start.FileName = "runuser";
        return RunAsync([], start);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static async Task<ProgramResult> RunAsync(byte[] input, ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading: what it says is in the result.
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await using var ending = patience.Token.Register(() => process.Kill(entireProcessTree: true));
        await process.WaitForExitAsync(CancellationToken.None);
        return new ProgramResult(process.ExitCode, await output, Lines(await error));
    }

    private ProcessStartInfo StartInfo(string[] arguments, (string Name, string Value)[] environment)
    {
        var start = GatewayProgramStart.In(Directory, arguments);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <param name="Errors">The lines of the standard error.</param>
internal sealed record ProgramResult(int ExitCode, string Output, string[] Errors);
