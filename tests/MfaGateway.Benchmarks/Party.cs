using System.Diagnostics;

namespace MfaGateway.Benchmarks;

/// <summary>One process of the comparison, seen from outside.</summary>
internal sealed class Party : IDisposable
{
    private readonly Process _process;

    private Party(Process process, string address, string cookie)
    {
        _process = process;
        Address = address;
        Cookie = cookie;
    }

    public string Address { get; }

    public string Cookie { get; }

    /// <summary>User and system time so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<Party> StartAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(Party).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        var process = Process.Start(start)!;
        var ready = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"{arguments[0]} ended before it was ready.");
        var parts = ready.Split(' ', 2);
        return new Party(process, parts[0], parts[1]);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }
}
