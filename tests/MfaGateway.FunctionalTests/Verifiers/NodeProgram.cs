using Xunit;

namespace MfaGateway.FunctionalTests.Verifiers;

/// <summary>A folder with a package.json, its packages installed into a copy that lasts for the test run.</summary>
internal static class NodeProgram
{
    private static readonly SemaphoreSlim Installing = new(1, 1);
    private static readonly Dictionary<string, string> Installed = new(StringComparer.Ordinal);

    public static string Node => ExternalProgram.Require("Debian package nodejs", "/usr/bin/node", "/usr/local/bin/node");

    /// <summary>The folder to run scripts of <paramref name="source"/> in.</summary>
    public static async Task<string> PrepareAsync(string source)
    {
        var npm = ExternalProgram.Require("Debian package npm", "/usr/bin/npm", "/usr/local/bin/npm");
        await Installing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (Installed.TryGetValue(source, out var ready))
                return ready;
            var copy = Directory.CreateTempSubdirectory("mfagateway-node-").FullName;
            foreach (var file in Directory.EnumerateFiles(source))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            var outcome = await ExternalProgram.RunAsync(
                npm, ["install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"], "", copy);
            if (outcome.ExitCode != 0)
                ExternalProgram.Missing($"npm could not install what {Path.GetFileName(source)}/package.json names: {outcome.Error}");
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(copy, recursive: true);
            return Installed[source] = copy;
        }
        finally
        {
            Installing.Release();
        }
    }
}
