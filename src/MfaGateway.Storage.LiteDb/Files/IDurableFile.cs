namespace MfaGateway.Storage.LiteDb.Files;

/// <summary>
/// A file as the streams need it. What was written is durable once <see cref="Sync"/> has returned and not before;
/// until then any part of any write, and a change of the length, may or may not survive a power cut.
/// </summary>
/// <exception cref="IOException">From every member: disk full, device error, file gone.</exception>
internal interface IDurableFile : IDisposable
{
    /// <summary>For messages: where the file is.</summary>
    string Name { get; }

    /// <summary>
    /// Throws where its name no longer leads to this file: it was deleted, moved or replaced, and what is written to it would be lost.
    /// </summary>
    void RequireInPlace();

    /// <summary>In bytes.</summary>
    long Length { get; }

    /// <summary>Fills <paramref name="destination"/> as far as the file reaches and returns how many bytes that were.</summary>
    int Read(Span<byte> destination, long offset);

    void Write(ReadOnlySpan<byte> source, long offset);

    void SetLength(long length);

    /// <summary>Returns when all that was written before is on the disk.</summary>
    void Sync();
}
