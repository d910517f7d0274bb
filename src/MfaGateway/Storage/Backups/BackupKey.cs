using System.Security.Cryptography;

namespace MfaGateway.Storage.Backups;

/// <summary>The operator's key: 32 random bytes, as Base64 in a file of their own.</summary>
internal sealed class BackupKey
{
    /// <summary>In bytes.</summary>
    public const int Size = 32;

    private const int LongestFile = 1024;

    private BackupKey(byte[] bytes) => Bytes = bytes;

    public byte[] Bytes { get; }

    /// <exception cref="InvalidDataException">It holds no key.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static BackupKey Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new FileNotFoundException($"There is no key file {path}.");
        var bytes = new byte[Size + 1];
        return file.Length is > 0 and <= LongestFile // a device or a pipe has none, and might never end
            && Convert.TryFromBase64String(File.ReadAllText(path).Trim(), bytes, out var written)
            && written == Size
                ? new BackupKey(bytes[..Size])
                : throw new InvalidDataException($"{path} holds no key of a backup: it must be one line, 32 bytes as Base64.");
    }

    /// <summary>Makes a key in a new file that its owner alone can read.</summary>
    /// <exception cref="IOException">There is such a file, or it can't be made.</exception>
    public static BackupKey Make(string path)
    {
        var key = new BackupKey(RandomNumberGenerator.GetBytes(Size));
        using var file = new FileStream(path, OwnerOnly.New());
        using var text = new StreamWriter(file);
        text.WriteLine(Convert.ToBase64String(key.Bytes));
        return key;
    }

    public override string ToString() => nameof(BackupKey);
}
