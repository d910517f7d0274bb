using System.Runtime.InteropServices;
using System.Text;

namespace MfaGateway.Storage.LiteDb.Files;

/// <summary>Two syncs that the runtime does not offer.</summary>
internal static class SystemCalls
{
    /// <summary>fdatasync(2). Linux alone.</summary>
    /// <exception cref="IOException">The device did not take it.</exception>
    public static void SyncData(SafeHandle file, string name)
    {
        if (FDataSync(file) != 0)
            throw Failed("fdatasync", name);
    }

    /// <summary>
    /// Makes names that were created or renamed in a directory durable: fsync(2) of the directory. Nothing on Windows,
    /// which has no such call and journals names by itself.
    /// </summary>
    /// <exception cref="IOException">The device did not take it.</exception>
    public static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;

        var descriptor = Open([.. Encoding.UTF8.GetBytes(directory), 0], flags: 0);
        if (descriptor < 0)
            throw Failed("open", directory);
        try
        {
            if (FSync(descriptor) != 0)
                throw Failed("fsync", directory);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string call, string name) =>
        new($"{call} of {name}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FDataSync(SafeHandle file);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FSync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
