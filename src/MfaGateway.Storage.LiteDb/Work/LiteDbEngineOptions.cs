namespace MfaGateway.Storage.LiteDb.Work;

/// <summary>Sizes that have sensible values; tests use smaller ones.</summary>
internal sealed record LiteDbEngineOptions
{
    /// <summary>Units that may wait. One more is refused with "unavailable". Default 4,096.</summary>
    public int QueueLength { get; init; } = 4096;

    /// <summary>Units that one sync may answer. Default 256.</summary>
    public int MaxBatch { get; init; } = 256;

    /// <summary>Documents written, and bytes of them, after which a batch takes no further unit. Default 2,000 and 4 MiB.</summary>
    public int MaxBatchWrites { get; init; } = 2000;

    /// <inheritdoc cref="MaxBatchWrites"/>
    public long MaxBatchBytes { get; init; } = 4 << 20;

    /// <summary>Pages in the log after which the next batch waits for a checkpoint. Default 2,000 (16 MiB).</summary>
    public int CheckpointPages { get; init; } = 2000;

    /// <summary>How often a failed engine tries to start again, and idleness is looked at. Default 1 s.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Ticks without a unit after which the log is brought into the data file. Default 10.</summary>
    public int IdleTicks { get; init; } = 10;
}
