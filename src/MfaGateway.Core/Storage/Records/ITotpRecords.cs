using MfaGateway.Core.Factors.Totp;

namespace MfaGateway.Core.Storage.Records;

/// <summary>Enrolled authenticators.</summary>
public interface ITotpRecords
{
    /// <returns>The oldest first.</returns>
    Task<IReadOnlyList<TotpAuthenticator>> ListAsync(string accountId);

    Task AddAsync(TotpAuthenticator authenticator);

    /// <summary>RFC 6238 5.2: raises the last used step if it is below this one.</summary>
    /// <param name="usedAt">When the owner used it; null for a step that is burnt without a use.</param>
    /// <returns>Whether it was below; of many calls with one step, one returns true.</returns>
    Task<bool> TryAdvanceStepAsync(string authenticatorId, long step, DateTimeOffset? usedAt);

    /// <returns>False where the account has no such authenticator.</returns>
    Task<bool> TryRenameAsync(string accountId, string authenticatorId, string name);

    /// <returns>False where the account has no such authenticator.</returns>
    Task<bool> TryDeleteAsync(string accountId, string authenticatorId);

    Task DeleteAllAsync(string accountId);
}
