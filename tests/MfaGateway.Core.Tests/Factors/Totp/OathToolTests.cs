using System.Diagnostics;
using System.Security.Cryptography;
using MfaGateway.Core.Factors.Totp;
using Xunit;

namespace MfaGateway.Core.Tests.Factors.Totp;

/// <summary>Against an implementation that nobody here wrote: OATH Toolkit.</summary>
public sealed class OathToolTests
{
    private const string OathTool = "/usr/bin/oathtool";

    [Theory]
    [InlineData(TotpHash.Sha1, 6, 30)]
    [InlineData(TotpHash.Sha1, 8, 60)]
    [InlineData(TotpHash.Sha256, 6, 30)]
    [InlineData(TotpHash.Sha256, 8, 15)]
    [InlineData(TotpHash.Sha512, 6, 120)]
    [InlineData(TotpHash.Sha512, 8, 30)]
    public async Task Our_codes_are_those_of_oathtool(TotpHash algorithm, int digits, int period)
    {
        RequireOathTool();
        var parameters = new TotpParameters(algorithm, digits, period);
        foreach (var time in Times())
        {
            var secret = TotpSecret.Generate(algorithm);
            const int steps = 20;
            var theirs = await RunAsync(secret, time, parameters, steps - 1);
            var first = TotpAlgorithm.StepAt(time, parameters);
            var ours = Enumerable.Range(0, steps).Select(i => TotpAlgorithm.Compute(secret, first + i, parameters));
            Assert.Equal(theirs, ours);
        }
    }

    // 1970, the borders of 31 and 32 bits, and some moments in between.
    private static IEnumerable<DateTimeOffset> Times()
    {
        long[] fixedTimes = [0, 1, int.MaxValue - 1L, int.MaxValue + 1L, uint.MaxValue - 1L, uint.MaxValue + 1L];
        var random = Enumerable.Range(0, 10).Select(_ => (long)RandomNumberGenerator.GetInt32(int.MaxValue) * 2);
        return fixedTimes.Concat(random).Select(DateTimeOffset.FromUnixTimeSeconds);
    }

    private static async Task<string[]> RunAsync(
        TotpSecret secret, DateTimeOffset time, TotpParameters parameters, int window)
    {
        // Fresh secrets of a test may stand on a command line; a real one never would.
        var start = new ProcessStartInfo(OathTool)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "--totp=" + parameters.AlgorithmName,
                $"--digits={parameters.Digits}",
                $"--time-step-size={parameters.PeriodSeconds}s",
                $"--now={time:yyyy-MM-dd HH:mm:ss} UTC",
                $"--window={window}",
                "--base32",
                secret.ToBase32(),
            },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static void RequireOathTool()
    {
        if (File.Exists(OathTool))
            return;
        Assert.False(Environment.GetEnvironmentVariable("MFAGATEWAY_REQUIRE_ALL") == "1", "oathtool is not installed.");
        Assert.Skip("oathtool is not installed (Debian package oathtool).");
    }
}
