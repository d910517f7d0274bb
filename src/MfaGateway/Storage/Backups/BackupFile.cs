using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using MfaGateway.Core.Storage.Copies;

namespace MfaGateway.Storage.Backups;

/// <summary>Items of a store in a sealed file: each as its length in bytes (32 bits, big-endian) and its JSON; all of it compressed by gzip.</summary>
internal static class BackupFile
{
    private const int LargestItem = 64 * 1024 * 1024;

    /// <summary>Writes a new file; it is there whole or not at all.</summary>
    /// <exception cref="IOException">There is such a file, or it can't be written.</exception>
    public static async Task WriteAsync(string path, BackupKey key, IAsyncEnumerable<KeptItem> items, CancellationToken cancellationToken)
    {
        var unfinished = $"{path}.unfinished";
        try
        {
            await using (var file = new FileStream(unfinished, OwnerOnly.New()))
            {
                await WriteAsync(file, key, items, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: false);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <exception cref="InvalidDataException">It is no backup, was edited or cut, or the key is another one.</exception>
    public static IEnumerable<KeptItem> Read(string path, BackupKey key)
    {
        using var file = File.OpenRead(path);
        using var opened = new SealedReader(file, key);
        using var plain = new GZipStream(opened, CompressionMode.Decompress);
        var length = new byte[sizeof(int)];
        while (plain.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) is var read && read > 0)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(length);
            if (read < length.Length || size is <= 0 or > LargestItem)
                throw new InvalidDataException("An item of it has no possible length.");
            var json = new byte[size];
            plain.ReadExactly(json);
            yield return ToItem(json);
        }
    }

    private static async Task WriteAsync(Stream file, BackupKey key, IAsyncEnumerable<KeptItem> items, CancellationToken cancellationToken)
    {
        await using var closed = new SealedWriter(file, key);
        await using (var packed = new GZipStream(closed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var length = new byte[sizeof(int)];
            await foreach (var item in items.WithCancellation(cancellationToken))
            {
                var json = KeptJson.Write(item);
                BinaryPrimitives.WriteInt32BigEndian(length, json.Length);
                packed.Write(length);
                packed.Write(json);
            }
        }

        closed.Complete();
    }

    private static KeptItem ToItem(byte[] json)
    {
        try
        {
            return KeptJson.Read(json);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("An item of it is of a newer version of this program.", exception);
        }
    }
}
