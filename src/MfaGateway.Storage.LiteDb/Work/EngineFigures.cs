namespace MfaGateway.Storage.LiteDb.Work;

/// <summary>Counts since the engine was opened.</summary>
/// <param name="Units">Units that were answered.</param>
/// <param name="Batches">Groups of units that one sync answered.</param>
/// <param name="Checkpoints">Times the log was brought into the data file.</param>
/// <param name="Starts">Times the start sequence ran: one, and one for each failure since.</param>
/// <param name="LogBytes">Written to the log by engines that did not fail.</param>
internal readonly record struct EngineFigures(long Units, long Batches, long Checkpoints, long Starts, long LogBytes);
