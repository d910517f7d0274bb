using System.Runtime.CompilerServices;

namespace MfaGateway.FunctionalTests.Verifiers;

/// <summary>Files of the repository that are part of no build output.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Samples => Path.Combine(Root, "samples", "verify-assertion");

    public static string Verifiers => Path.Combine(Root, "tests", "MfaGateway.FunctionalTests", "Verifiers");

    private static string Find([CallerFilePath] string thisFile = "")
    {
        var folder = Path.GetDirectoryName(thisFile);
        while (folder is not null && !File.Exists(Path.Combine(folder, "MfaGateway.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("The tests run from a checkout of the repository.");
    }
}
