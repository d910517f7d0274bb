using MfaGateway.Core.Factors.MagicCodes;

namespace MfaGateway.Core.Storage.Records;

/// <summary>Browsers that wait for a mailed code. One that is deleted takes its issued codes along.</summary>
public interface ICodeRequestRecords
{
    /// <returns>One whose time is over, too, as with the other reads.</returns>
    Task<CodeRequest?> FindAsync(string id);

    Task<CodeRequest?> FindByTokenAsync(byte[] tokenHash);

    Task<CodeRequest?> FindOfFlowAsync(string flowId);

    /// <returns>False, with nothing written, where its flow has a request already.</returns>
    Task<bool> TryAddAsync(CodeRequest request);

    /// <summary>Writes a request anew if its state and the number of its codes are still those that were seen.</summary>
    /// <returns>Whether they were; of many at once, one returns true.</returns>
    Task<bool> TryUpdateAsync(CodeRequest seen, CodeRequest wanted);

    Task DeleteAsync(string id);

    /// <summary>The account's requests that were not used.</summary>
    Task<IReadOnlyList<CodeRequest>> ListWaitingAsync(string accountId);

    /// <summary>The issued codes that this account has used for an application and that are still remembered.</summary>
    /// <param name="accountId">Null where there is no account: the work is the same.</param>
    Task<IReadOnlyList<IssuedCode>> ListUsedAsync(string? accountId, string applicationId);

    /// <summary>All requests, in the engine's order of their ids.</summary>
    /// <param name="after">Only ids behind this one; empty from the beginning.</param>
    /// <param name="count">How many at most; 1 to 500.</param>
    Task<IReadOnlyList<CodeRequest>> ListAllAsync(string after, int count);
}
