namespace MfaGateway.Core.Storage.Records;

/// <summary>Single values by name: what is known of the store as a whole.</summary>
public interface IFactRecords
{
    Task<byte[]?> FindAsync(string name);

    /// <summary>The same, and no other transaction holds it until this one ends. One that is not there can't be held.</summary>
    Task<byte[]?> FindHeldAsync(string name);

    /// <returns>False, with nothing written, where there is a value of this name; of many at once, one returns true.</returns>
    Task<bool> TryAddAsync(string name, byte[] value);

    Task SetAsync(string name, byte[] value);

    /// <returns>Whether there was one; of many at once, one returns true.</returns>
    Task<bool> TryDeleteAsync(string name);

    /// <summary>All of them: there are a handful.</summary>
    Task<IReadOnlyDictionary<string, byte[]>> ListAsync();
}
