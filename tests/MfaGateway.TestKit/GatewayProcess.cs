using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MfaGateway.Commands;
using MfaGateway.Configuration;
using MfaGateway.TestKit.Stores;

namespace MfaGateway.TestKit;

/// <summary>
/// The real program, serving in a process of its own: it can be killed, and everything it writes is kept. It listens on a
/// free port of loopback and has one route to the app behind it, unless its settings say otherwise.
/// </summary>
public sealed partial class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;

    // Asked once: Process loses one of two handlers that are added at the same moment, and its waiter waits for ever.
    private readonly Task _exit;

    private GatewayProcess(Process process)
    {
        _process = process;
        _exit = process.WaitForExitAsync();
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    public int Id => _process.Id;

    /// <summary>All that it has written so far, to either output.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts and waits until it listens.</summary>
    /// <param name="directory">Where it runs; its data directory is <c>data</c> in there.</param>
    /// <param name="upstream">The app behind it.</param>
    /// <exception cref="InvalidOperationException">It ended instead; the message holds what it wrote.</exception>
    public static Task<GatewayProcess> StartAsync(string directory, Uri upstream, params (string Key, string Value)[] settings) =>
        StartAsync(directory, upstream, [], settings);

    /// <param name="environment">Variables beside those of this process.</param>
    public static async Task<GatewayProcess> StartAsync(
        string directory, Uri upstream, (string Name, string Value)[] environment, (string Key, string Value)[] settings)
    {
        (string Key, string Value)[] all =
        [
            ("urls", "http://127.0.0.1:0"),
            ("ReverseProxy:Routes:app:ClusterId", "app"),
            ("ReverseProxy:Routes:app:Match:Path", "/{**path}"),
            ("ReverseProxy:Clusters:app:Destinations:one:Address", upstream.ToString()),
            .. settings,
        ];
        var start = GatewayProgramStart.In(directory, ["serve", .. all.Select(setting => $"--{setting.Key}={setting.Value}")]);
        start.RedirectStandardInput = false;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var gateway = new GatewayProcess(Process.Start(start)!);
        try
        {
            gateway.Address = await gateway._listening.Task.WaitAsync(Patience);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Told of every secret that browsers send and get.</summary>
    public SecretWatch? Watch { get; set; }

    /// <summary>A new person's browser.</summary>
    public Browser NewBrowser() => new(Address) { Watch = Watch };

    /// <summary>The one-time link of a first run, as it was printed.</summary>
    public async Task<Uri> ReadSetupLinkAsync()
    {
        Match? link = null;
        await Eventually.IsAsync(() => Task.FromResult((link = SetupLink().Match(Output)).Success));
        return new Uri(link!.Value);
    }

    /// <summary>SIGKILL: nothing is tidied up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    /// <summary>SIGTERM, as a service manager does.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        return await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await EndAsync();
        _process.Dispose();
    }

    private async Task<int> EndAsync()
    {
        await _exit.WaitAsync(Patience);
        await _reading.WaitAsync(Patience);
        return _process.ExitCode;
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_output)
                _output.Append(line).Append('\n');
            if (Listening().Match(line) is { Success: true } listening)
                _listening.TrySetResult(new Uri(listening.Groups["url"].Value));
        }

        await _exit;
        _listening.TrySetException(new InvalidOperationException($"The program ended with {_process.ExitCode}:\n{Output}"));
    }

    [GeneratedRegex("Now listening on: (?<url>[^\\s\"]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();

    [GeneratedRegex("https?://\\S+/setup\\?token=\\S+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SetupLink();
}

/// <summary>How tests start the real program.</summary>
public static class GatewayProgramStart
{
    private static readonly string Assembly = typeof(GatewayCommandLine).Assembly.Location;

    /// <summary>The program in a directory, with all its streams redirected and none of the settings around.</summary>
    public static ProcessStartInfo In(string directory, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            WorkingDirectory = directory,
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
        start.Environment["DOTNET_TieredPGO"] = "0"; // as of the tests themselves
        if (OnStoreAttribute.OfThisTest is { } provider and not StoreProvider.Postgres)
            start.Environment["MfaGateway__Store__Provider"] = provider.ToString();
        return start;
    }

    // What the person who runs the tests has set must not reach the program.
    private static bool IsSetting(string name) =>
        name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("MfaGateway__", StringComparison.OrdinalIgnoreCase)
        || name.Equals("DOTNET_ENVIRONMENT", StringComparison.OrdinalIgnoreCase);
}
