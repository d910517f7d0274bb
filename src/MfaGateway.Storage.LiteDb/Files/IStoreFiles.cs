namespace MfaGateway.Storage.LiteDb.Files;

/// <summary>The two files of one store, held against every other process for as long as this is not disposed.</summary>
internal interface IStoreFiles : IDisposable
{
    /// <summary>LiteDB's pages. Written by checkpoints alone.</summary>
    IDurableFile Data { get; }

    /// <summary>What was committed since the last checkpoint.</summary>
    IDurableFile Log { get; }
}
