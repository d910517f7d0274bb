using System.Security.Cryptography;
using Xunit;

namespace MfaGateway.FunctionalTests.Verifiers;

/// <summary>A folder with a package.json, its packages installed beside a copy of its scripts.</summary>
internal static class NodeProgram
{
    // Under obj: it belongs to this checkout, survives the run, and goes with "git clean".
    private static readonly string Kept = Path.Combine(Repository.Root, "tests", "MfaGateway.FunctionalTests", "obj", "node");

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
            var packages = await File.ReadAllBytesAsync(Path.Combine(source, "package.json"));
            var folder = Path.Combine(Kept, Convert.ToHexStringLower(SHA256.HashData(packages))[..16]);
            if (!Directory.Exists(folder))
                await InstallAsync(npm, source, folder);
            foreach (var file in Directory.EnumerateFiles(source))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
            return Installed[source] = folder;
        }
        finally
        {
            Installing.Release();
        }
    }

    // Aside and then renamed, so that an installation cut short is never taken for a whole one.
    private static async Task InstallAsync(string npm, string source, string folder)
    {
        var aside = folder + "-" + Path.GetRandomFileName();
        Directory.CreateDirectory(aside);
        File.Copy(Path.Combine(source, "package.json"), Path.Combine(aside, "package.json"));
        var outcome = await ExternalProgram.RunAsync(
            npm, ["install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"], "", aside);
        if (outcome.ExitCode != 0)
        {
            Directory.Delete(aside, recursive: true);
            ExternalProgram.Missing($"npm could not install what {Path.GetFileName(source)}/package.json names: {outcome.Error}");
        }

        try
        {
            Directory.Move(aside, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another run was first.
            Directory.Delete(aside, recursive: true);
        }
    }
}
