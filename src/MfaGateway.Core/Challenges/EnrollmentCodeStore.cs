using System.Security.Cryptography;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Storage.Records;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Core.Challenges;

/// <summary>Keeps the codes without which an account that was reset does not enrol.</summary>
public sealed class EnrollmentCodeStore(Transactions transactions)
{
    /// <summary>What is kept of the account's code, whether or not its time is over; null where none is needed.</summary>
    public Task<KeptEnrollmentCode?> FindAsync(string accountId, CancellationToken cancellationToken) =>
        transactions.ReadAsync(records => FindAsync(records, accountId), cancellationToken);

    /// <summary>
    /// Notes the flow in which the code was given: that one may enrol, and no other. Given once more in another flow, it is
    /// that one's, so that a closed tab costs no one the code.
    /// </summary>
    /// <returns>False when the hash is not that of the account's code, or its time is over.</returns>
    public Task<bool> TryGiveAsync(
        string accountId, byte[] codeHash, string flowId, DateTimeOffset now, CancellationToken cancellationToken) =>
        transactions.WriteAsync(transaction => TryGiveAsync(transaction, accountId, codeHash, flowId, now), cancellationToken);

    /// <summary>Notes the flow in which the code was given.</summary>
    internal static async Task<bool> TryGiveAsync(Transaction transaction, string accountId, byte[] codeHash, string flowId, DateTimeOffset now)
    {
        if (!await transaction.HoldAccountAsync(accountId)
            || await transaction.EnrollmentCodes.FindAsync(accountId) is not { } code
            || !CryptographicOperations.FixedTimeEquals(code.Hash, codeHash)
            || code.MadeAt > now + ClockRules.MaxBehind
            || code.ExpiresAt <= now)
        {
            return false;
        }

        await transaction.EnrollmentCodes.SetAsync(accountId, code with { GivenInFlowId = flowId });
        return true;
    }

    internal static async Task<KeptEnrollmentCode?> FindAsync(IStoreRead records, string accountId) =>
        await records.EnrollmentCodes.FindAsync(accountId) is { } code ? new KeptEnrollmentCode(code.ExpiresAt, code.GivenInFlowId) : null;

    /// <summary>Makes this the account's only code; the one before opens nothing from then on, wherever it was given.</summary>
    internal static Task SetAsync(Transaction transaction, string accountId, NewEnrollmentCode code) =>
        transaction.EnrollmentCodes.SetAsync(accountId, new EnrollmentCodeRecord(code.Hash, code.MadeAt, code.ExpiresAt, GivenInFlowId: null));

    /// <summary>Spends the code that was given in this flow. The transaction holds the account.</summary>
    /// <returns>Whether the flow may enrol: there is no code, or it was given in this flow.</returns>
    internal static async Task<bool> TrySpendAsync(Transaction transaction, string accountId, string flowId)
    {
        if (await transaction.EnrollmentCodes.FindAsync(accountId) is not { } code)
            return true;
        if (code.GivenInFlowId != flowId)
            return false;
        await transaction.EnrollmentCodes.DeleteAsync(accountId);
        return true;
    }
}
