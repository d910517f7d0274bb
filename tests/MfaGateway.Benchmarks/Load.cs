using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MfaGateway.Benchmarks;

/// <summary>Puts a party under load with <c>wrk</c> (Debian's package of that name).</summary>
internal static partial class Load
{
    public const int Connections = 64;

    public static bool IsThere => Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "wrk")));

    /// <param name="script">What the requests are, in Lua; null for a plain GET.</param>
    public static async Task<Measurement> RunAsync(Party party, int seconds, string? script = null)
    {
        var cpuBefore = party.CpuTime;
        var output = await WrkAsync(party, seconds, script);
        var cpu = party.CpuTime - cpuBefore;

        if (Refusals().IsMatch(output) || SocketErrors().IsMatch(output))
            throw new InvalidOperationException($"Not every request was answered well:\n{output}");

        var requests = long.Parse(Requests().Match(output).Groups["n"].Value, CultureInfo.InvariantCulture);
        var rate = double.Parse(Rate().Match(output).Groups["n"].Value, CultureInfo.InvariantCulture);
        return new Measurement(rate, cpu.TotalMicroseconds / requests);
    }

    private static async Task<string> WrkAsync(Party party, int seconds, string? script)
    {
        var file = script is null ? null : Path.Combine(Path.GetTempPath(), $"mfagateway-bench-{Environment.ProcessId}.lua");
        if (file is not null)
            await File.WriteAllTextAsync(file, script);
        try
        {
            var start = new ProcessStartInfo("wrk") { UseShellExecute = false, RedirectStandardOutput = true };
            string[] scripted = file is null ? [] : ["-s", file];
            foreach (var argument in new[] { "-t", "1", "-c", $"{Connections}", "-d", $"{seconds}s", "-H", $"Cookie: {party.Cookie}" }.Concat(scripted).Append(party.Address + "/"))
                start.ArgumentList.Add(argument);

            using var wrk = Process.Start(start)!;
            var output = await wrk.StandardOutput.ReadToEndAsync();
            await wrk.WaitForExitAsync();
            return output;
        }
        finally
        {
            if (file is not null)
                File.Delete(file);
        }
    }

    [GeneratedRegex(@"^\s*(?<n>\d+) requests in", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Requests();

    [GeneratedRegex(@"Requests/sec:\s*(?<n>[\d.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rate();

    [GeneratedRegex(@"Non-2xx or 3xx responses", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Refusals();

    [GeneratedRegex(@"Socket errors: connect [1-9]|read [1-9]|write [1-9]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SocketErrors();
}

/// <param name="Rate">Requests a second.</param>
/// <param name="CpuMicroseconds">CPU time of the proxy's process, in microseconds a request.</param>
internal sealed record Measurement(double Rate, double CpuMicroseconds);
