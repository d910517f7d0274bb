namespace MfaGateway.Core.Storage;

/// <summary>A transaction that writes.</summary>
public interface IStoreWrite : IStoreRead
{
    /// <summary>Of <see cref="DeleteExpiredAsync"/>: while an engine deletes them, others may have to wait.</summary>
    const int SweepPortion = 200;

    /// <summary>
    /// Holds an account until the transaction ends: of two that hold the same one, the second waits for the first and then reads what that one
    /// has committed. An engine with one writer at a time only looks whether the account is there.
    /// </summary>
    /// <returns>Whether there is such an account.</returns>
    Task<bool> HoldAccountAsync(string accountId);

    /// <summary>Work that decided against what it has written so far: nothing of this transaction is kept. Its result still reaches the caller.</summary>
    void Undo();

    /// <summary>
    /// Deletes what ended before <paramref name="now"/>: flows, code requests, pending secrets, attempt buckets, known browsers, password
    /// tokens, sessions and their successions, mails given up. Rows that another transaction is changing are left for the next time.
    /// </summary>
    /// <returns>How many went. An engine may stop at <see cref="SweepPortion"/> or more and leave the rest for the next call.</returns>
    Task<int> DeleteExpiredAsync(DateTimeOffset now);
}
