namespace MfaGateway.TestKit.Mail;

/// <summary>Whoever picks up the mail of a gateway: waits for it, and reads it strictly.</summary>
/// <param name="directory">The pickup directory, which need not be there yet; the one around it must.</param>
public sealed class MailDrop(string directory)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // A file that comes with its directory is not told of: looked for, all the same.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public string Path { get; } = directory;

    /// <summary>All that lies there now, the oldest first.</summary>
    public IReadOnlyList<ReceivedMail> All() =>
        Directory.Exists(Path)
            ? [.. Directory.GetFiles(Path, "*.eml").Order(StringComparer.Ordinal).Select(ReceivedMail.Read)]
            : [];

    /// <summary>The next mail that this did not give before; a failure after twenty seconds.</summary>
    /// <param name="to">Its recipient; null takes anybody's.</param>
    public async Task<ReceivedMail> NextAsync(string? to = null)
    {
        using var changed = new SemaphoreSlim(0);
        using var watcher = new FileSystemWatcher(System.IO.Path.GetDirectoryName(Path)!, "*.eml") { IncludeSubdirectories = true };
        watcher.Created += (_, _) => changed.Release();
        watcher.Renamed += (_, _) => changed.Release();
        watcher.EnableRaisingEvents = true;

        var waiting = System.Diagnostics.Stopwatch.StartNew();
        while (waiting.Elapsed < Patience)
        {
            if (All().FirstOrDefault(mail => !_seen.Contains(mail.File) && (to is null || mail.ToAddress == to)) is { } mail)
            {
                _seen.Add(mail.File);
                return mail;
            }

            await changed.WaitAsync(LookEvery);
        }

        throw new TimeoutException($"No mail to {to ?? "anybody"} within {Patience.TotalSeconds} s; there are {All().Count} in {Path}.");
    }
}
