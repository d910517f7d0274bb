using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace MfaGateway.FunctionalTests.Apps;

/// <summary>Somebody else's server on loopback, on a port of its own choosing, for as long as a test needs it.</summary>
internal sealed class AppProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;
    private readonly Regex _listening;

    private AppProcess(ProcessStartInfo start, Regex listening)
    {
        _listening = listening;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => _port.TrySetException(new InvalidOperationException("The app ended: " + string.Join('\n', _lines)));
    }

    public Uri Address { get; private set; } = null!;

    /// <param name="listening">Matches the line that says on which port the app listens; its group <c>port</c> is that port.</param>
    public static async Task<AppProcess> StartAsync(
        string file, string[] arguments, Regex listening, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(file, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var app = new AppProcess(start, listening);
        try
        {
            app._process.Start();
            app._process.BeginOutputReadLine();
            app._process.BeginErrorReadLine();
            var port = await app._port.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
            app.Address = new Uri($"http://127.0.0.1:{port}/");
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        catch (InvalidOperationException)
        {
            // It never started, or has ended already.
        }

        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
            return;
        _lines.Enqueue(line);
        if (_listening.Match(line) is { Success: true } match)
            _port.TrySetResult(int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture));
    }
}
