using System.Text.Json;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;

namespace MfaGateway.Storage;

/// <summary>What is kept on disk beside the store: the key ring, the lock, and notes of what the store was.</summary>
public sealed class DataDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string NoteName = "store.json";
    private const string AuditMarkName = "audit-mark.json";

    public DataDirectory(string path)
    {
        Root = Path.GetFullPath(path);
        Keys = new DirectoryInfo(Path.Combine(Root, "keys"));
        Mail = Path.Combine(Root, "mail");
        SqliteFile = Path.Combine(Root, "gateway.db");
        LiteDbFile = Path.Combine(Root, "store.db");
        LockFile = Path.Combine(Root, "gateway.lock");
        AuditMarkFile = Path.Combine(Root, AuditMarkName);
        CommandSocket = Path.Combine(Root, "gateway.sock");
    }

    public string Root { get; }

    /// <summary>The Data Protection key ring. Whoever has it and the store has every TOTP secret.</summary>
    public DirectoryInfo Keys { get; }

    /// <summary>Where mail is dropped for somebody to pick up; made with the first one.</summary>
    public string Mail { get; }

    public string SqliteFile { get; }

    /// <summary>Beside it are its log and its lock.</summary>
    public string LiteDbFile { get; }

    public string LockFile { get; }

    /// <summary>Where a running gateway takes commands.</summary>
    public string CommandSocket { get; }

    /// <summary>Beside the database, not in it: who can write the database alone can't put both back.</summary>
    public string AuditMarkFile { get; }

    public bool HasKeys => Keys.Exists && Keys.EnumerateFiles("key-*.xml").Any();

    public void Create()
    {
        CreateOwnerOnly(Root);
        CreateOwnerOnly(Keys.FullName);
    }

    /// <summary>The note of the store that this directory belongs to; null in a directory that never had one.</summary>
    /// <exception cref="StoreRefusedException">The note is torn.</exception>
    public StoreNote? ReadNote()
    {
        var path = Path.Combine(Root, NoteName);
        if (!File.Exists(path))
            return null;

        try
        {
            return JsonSerializer.Deserialize<StoreNote>(File.ReadAllText(path)) is { Provider.Length: > 0, StoreId.Length: > 0 } note
                ? note
                : throw new JsonException("It names no store.");
        }
        catch (JsonException fault)
        {
            throw new StoreRefusedException(
                $"{path} can't be read: {fault.Message} It names the store of this directory: restore it from the backup.", fault);
        }
    }

    public void WriteNote(StoreNote note) => Write(NoteName, note);

    /// <summary>How far a gateway that serves from here saw the audit chain go; null before it looked.</summary>
    /// <exception cref="StoreRefusedException">The mark is torn.</exception>
    public AuditMark? ReadAuditMark()
    {
        if (!File.Exists(AuditMarkFile))
            return null;

        try
        {
            return JsonSerializer.Deserialize<AuditMark>(File.ReadAllText(AuditMarkFile)) is { Mac: not null } mark
                ? mark
                : throw new JsonException("It holds no mark.");
        }
        catch (JsonException fault)
        {
            throw new StoreRefusedException(
                $"{AuditMarkFile} can't be read: {fault.Message} It shows how far the audit log had come: restore it from the backup.", fault);
        }
    }

    public void WriteAuditMark(AuditMark mark) => Write(AuditMarkName, mark);

    /// <summary>First beside its place and to disk, then into its place, so that it is never half there.</summary>
    private void Write<T>(string name, T content)
    {
        var path = Path.Combine(Root, name);
        // Of this writer alone: gateways that share a directory may start together.
        var unfinished = $"{path}.{Identifiers.New()}.new";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, content);
            file.Flush(flushToDisk: true);
        }

        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(unfinished, OwnerOnly);
        File.Move(unfinished, path, overwrite: true);
    }

    private static void CreateOwnerOnly(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }
}

/// <param name="Provider">Which kind of store it is.</param>
/// <param name="StoreId">The id that the store itself holds.</param>
public sealed record StoreNote(string Provider, string StoreId);
