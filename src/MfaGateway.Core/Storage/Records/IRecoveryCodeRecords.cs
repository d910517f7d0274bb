using MfaGateway.Core.Factors.RecoveryCodes;

namespace MfaGateway.Core.Storage.Records;

/// <summary>One set of recovery codes an account.</summary>
public interface IRecoveryCodeRecords
{
    /// <returns>The salt and the number of unused codes, of the same moment; null where there is no set.</returns>
    Task<RecoveryCodeSet?> FindSetAsync(string accountId);

    /// <summary>Keeps a set in place of the one before.</summary>
    Task ReplaceAsync(string accountId, NewRecoveryCodes codes, DateTimeOffset at);

    /// <summary>Marks a code as used.</summary>
    /// <returns>Whether there was an unused one of this hash; of many calls at once, one returns true.</returns>
    Task<bool> TryConsumeAsync(string accountId, byte[] hash, DateTimeOffset at);

    Task DeleteAllAsync(string accountId);

    /// <returns>The salt and the hashes of the unused codes, of the same moment; null where there is no set.</returns>
    Task<NewRecoveryCodes?> FindUnusedAsync(string accountId);
}
