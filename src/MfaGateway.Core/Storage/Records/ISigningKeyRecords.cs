namespace MfaGateway.Core.Storage.Records;

/// <summary>The keys that statements are signed with, encrypted.</summary>
public interface ISigningKeyRecords
{
    /// <returns>The oldest first.</returns>
    Task<IReadOnlyList<SigningKeyRow>> ListAsync();

    /// <returns>False, with nothing written, where there is one of this generation or this key id.</returns>
    Task<bool> TryAddAsync(SigningKeyRow row);

    /// <returns>How many went.</returns>
    Task<int> DeleteUpToAsync(long generation);
}
