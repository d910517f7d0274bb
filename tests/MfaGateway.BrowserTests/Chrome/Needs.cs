using Xunit;

namespace MfaGateway.BrowserTests.Chrome;

/// <summary>What a machine may lack: then a test is skipped by name, and fails where everything has to be there.</summary>
internal static class Needs
{
    public static void Program(string path)
    {
        if (File.Exists(path))
            return;

        var reason = $"{path} is not installed.";
        if (Environment.GetEnvironmentVariable("MFAGATEWAY_REQUIRE_ALL") == "1")
            Assert.Fail(reason);
        Assert.Skip(reason);
    }
}
