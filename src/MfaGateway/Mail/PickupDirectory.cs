using System.Globalization;

namespace MfaGateway.Mail;

/// <summary>
/// Drops each mail as an <c>.eml</c> file: for a mail server that picks them up, for trying things out, for tests. A file
/// is there whole or not at all, and a mail that is delivered twice is one file.
/// </summary>
internal sealed class PickupDirectory(string path) : IMailTransport
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public TimeSpan Longest => TimeSpan.FromSeconds(30);

    public DateTimeOffset? RestsUntil => null;

    public async Task SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        var message = InternetMessage.Write(mail);
        CreateDirectory();
        // Names sort by time; the leading dot keeps unfinished ones from whoever picks up "*.eml".
        var name = string.Create(CultureInfo.InvariantCulture, $"{mail.WrittenAt.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{mail.Id}");
        var unfinished = Path.Combine(path, $".{name}.new");
        await WriteAsync(unfinished, message, cancellationToken);
        File.Move(unfinished, Path.Combine(path, $"{name}.eml"), overwrite: true);
    }

    private static async Task WriteAsync(string file, byte[] message, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        await using var stream = new FileStream(file, options);
        await stream.WriteAsync(message, cancellationToken);
        stream.Flush(flushToDisk: true);
    }

    private void CreateDirectory()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }
}
