using System.Globalization;
using MfaGateway.Core.Storage;

namespace MfaGateway.Storage;

/// <summary>
/// One server at a time on an embedded store. The operating system holds the lock for the process and drops it with
/// the process, however that ends; its process id stands beside it for people.
/// </summary>
public sealed class ServingLock : IDisposable
{
    private readonly FileStream _file;

    private ServingLock(FileStream file) => _file = file;

    /// <exception cref="StoreRefusedException">Another server has it; the message names the file and its process.</exception>
    public static ServingLock Take(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault) when (IsHeldByAnother(fault))
        {
            throw new StoreRefusedException(
                $"{path} is locked: another gateway{Owner(path)} serves from this data directory. Stop it, or give this one a directory of its own.",
                fault);
        }

        WritePid(path);
        return new ServingLock(file);
    }

    public void Dispose() => _file.Dispose();

    // The system's own numbers: a sharing violation, and EWOULDBLOCK of Linux and of the BSDs.
    private static bool IsHeldByAnother(IOException fault) =>
        OperatingSystem.IsWindows() ? (fault.HResult & 0xFFFF) == 32 : fault.HResult is 11 or 35;

    // The locked file itself can't be opened by others, so the process id stands beside it.
    private static void WritePid(string path) =>
        File.WriteAllText(path + ".pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

    private static string Owner(string path)
    {
        try
        {
            return $" (process {File.ReadAllText(path + ".pid").Trim()})";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Not written yet, or somebody else's: the sentence does without it.
            return string.Empty;
        }
    }
}
