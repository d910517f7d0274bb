using System.Diagnostics;

namespace MfaGateway.Storage.Tests;

/// <summary>This program once more, in one of the modes of <c>Program.cs</c>: a process for a test to kill.</summary>
internal static class OwnProcess
{
    /// <summary>Starts it; its standard output is read by the caller, who disposes it.</summary>
    public static Process Start(params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(OwnProcess).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
