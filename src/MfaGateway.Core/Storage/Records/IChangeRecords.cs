namespace MfaGateway.Core.Storage.Records;

/// <summary>
/// Whose cached sessions are out of date. Each change has a mark; marks become visible in their order, without gaps.
/// </summary>
public interface IChangeRecords
{
    /// <summary>Notes a change of an account under the next mark. Last in its transaction: all that do so meet here until they end.</summary>
    Task AddAsync(string accountId);

    /// <summary>The newest mark, and the accounts that changed since another one, read at one moment.</summary>
    /// <param name="most">Where there are more than so many changes, none of them is listed.</param>
    /// <returns>Null where there is no mark: the store has lost it.</returns>
    Task<ChangeList?> ReadAsync(long since, int most);

    /// <summary>Forgets changes but so many of the newest ones.</summary>
    /// <returns>How many went; an engine may stop as <see cref="IStoreWrite.DeleteExpiredAsync"/> does.</returns>
    Task<int> TrimAsync(int kept);
}

/// <param name="Mark">The newest mark; 0 before the first change.</param>
/// <param name="AccountIds">One a change that is known; an account may be there several times.</param>
public sealed record ChangeList(long Mark, IReadOnlyList<string> AccountIds);
