namespace MfaGateway.Storage.LiteDb.Files;

/// <summary>A file of the operating system. On Unix it is made readable and writable for its owner alone.</summary>
internal sealed class DurableFile : IDurableFile
{
    private readonly FileStream _stream;

    public DurableFile(string path, FileMode mode)
    {
        Name = path;
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _stream = new FileStream(path, options);
    }

    public string Name { get; }

    public long Length => RandomAccess.GetLength(_stream.SafeFileHandle);

    public int Read(Span<byte> destination, long offset)
    {
        var done = 0;
        while (done < destination.Length)
        {
            var count = RandomAccess.Read(_stream.SafeFileHandle, destination[done..], offset + done);
            if (count == 0)
                break;
            done += count;
        }

        return done;
    }

    public void Write(ReadOnlySpan<byte> source, long offset) => RandomAccess.Write(_stream.SafeFileHandle, source, offset);

    public void SetLength(long length) => RandomAccess.SetLength(_stream.SafeFileHandle, length);

    public void Sync()
    {
        // Linux: contents and length without the time stamps, as SQLite does. macOS needs F_FULLFSYNC, which the runtime calls.
        if (OperatingSystem.IsLinux())
            SystemCalls.SyncData(_stream.SafeFileHandle, Name);
        else
            RandomAccess.FlushToDisk(_stream.SafeFileHandle);
    }

    public void RequireInPlace()
    {
        var isInPlace = OperatingSystem.IsLinux() ? SystemCalls.IsFileOf(_stream.SafeFileHandle, Name) : File.Exists(Name);
        if (!isInPlace)
            throw new IOException($"{Name} was deleted, moved or replaced while it was in use. Put it back, or restart the gateway.");
    }

    public void Dispose() => _stream.Dispose();
}
