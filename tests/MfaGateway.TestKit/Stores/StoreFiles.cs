namespace MfaGateway.TestKit.Stores;

/// <summary>The files of an embedded store in a data directory, whichever engine made them.</summary>
public static class StoreFiles
{
    /// <exception cref="InvalidOperationException">There are none, so a test would look at nothing.</exception>
    public static IReadOnlyList<string> In(string dataDirectory)
    {
        string[] files = [.. Directory.GetFiles(dataDirectory, "gateway.db*"), .. Directory.GetFiles(dataDirectory, "store.db*"), .. Directory.GetFiles(dataDirectory, "store-wal")];
        return files.Length > 0 ? files : throw new InvalidOperationException($"There is no store in {dataDirectory}.");
    }
}
