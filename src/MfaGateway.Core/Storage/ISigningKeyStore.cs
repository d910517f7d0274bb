namespace MfaGateway.Core.Storage;

/// <summary>The key pairs that sign statements. Few rows (two or three), read once a minute by every node.</summary>
public interface ISigningKeyStore
{
    /// <summary>Every key, lowest generation first.</summary>
    Task<IReadOnlyList<SigningKeyRow>> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Adds a key; <see langword="false"/> when its generation or its kid is taken, and then nothing has changed. Of
    /// two nodes that make the same generation at once one is told <see langword="false"/>, and reads the winner's.
    /// </summary>
    Task<bool> TryAddAsync(SigningKeyRow row, CancellationToken cancellationToken);

    /// <summary>Deletes the keys of this generation and all below it; how many there were.</summary>
    Task<int> DeleteUpToAsync(long generation, CancellationToken cancellationToken);
}
