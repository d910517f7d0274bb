namespace MfaGateway.Storage.Backups;

/// <summary>Files that their owner alone can read and write, from their first byte on.</summary>
internal static class OwnerOnly
{
    /// <summary>For a file that must not be there yet.</summary>
    public static FileStreamOptions New()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
