using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MfaGateway.Storage.LiteDb.Files;

/// <summary>Two syncs, and the identity of a file, which the runtime does not offer.</summary>
internal static class SystemCalls
{
    // statx(2): its structure has the same layout on every architecture.
    private const int StatxSize = 256;
    private const int InodeAt = 32;
    private const int DeviceAt = 136;
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint InodeMask = 0x100; // STATX_INO

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

    /// <summary>Whether a path leads to an open file: the same inode of the same device. Linux alone.</summary>
    /// <exception cref="IOException">The open file cannot be asked.</exception>
    public static bool IsFileOf(SafeFileHandle file, string path)
    {
        Span<byte> open = stackalloc byte[StatxSize];
        Span<byte> named = stackalloc byte[StatxSize];
        if (Statx((int)file.DangerousGetHandle(), [0], EmptyPath, InodeMask, ref MemoryMarshal.GetReference(open)) != 0)
            throw Failed("statx", path);
        return Statx(CurrentDirectory, [.. Encoding.UTF8.GetBytes(path), 0], flags: 0, InodeMask, ref MemoryMarshal.GetReference(named)) == 0
            && open.Slice(InodeAt, sizeof(ulong)).SequenceEqual(named.Slice(InodeAt, sizeof(ulong)))
            && open.Slice(DeviceAt, sizeof(ulong)).SequenceEqual(named.Slice(DeviceAt, sizeof(ulong)));
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

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int directory, byte[] path, int flags, uint mask, ref byte buffer);
}
