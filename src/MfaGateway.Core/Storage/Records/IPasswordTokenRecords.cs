using MfaGateway.Core.Factors.Passwords;

namespace MfaGateway.Core.Storage.Records;

/// <summary>One-time links that set a password.</summary>
public interface IPasswordTokenRecords
{
    /// <returns>Null where there is none, and for one that belongs to no account; its times are the caller's to look at.</returns>
    Task<AccountPasswordToken?> FindAsync(byte[] tokenHash);

    /// <summary>Keeps a token in place of the account's one of the same purpose.</summary>
    /// <param name="accountId">Null for a token that leads to nothing, kept so that asking takes as long.</param>
    Task SetAsync(string? accountId, PasswordToken token);

    /// <summary>Takes a token away.</summary>
    /// <returns>Whether this call did; of many at once, one.</returns>
    Task<bool> TryTakeAsync(byte[] tokenHash);

    /// <param name="purpose">Null for all purposes.</param>
    Task DeleteAsync(string accountId, PasswordTokenPurpose? purpose);

    /// <returns>The account's, in the order of their purposes.</returns>
    Task<IReadOnlyList<PasswordToken>> ListAsync(string accountId);
}

public sealed record AccountPasswordToken(string AccountId, PasswordToken Token);
