namespace MfaGateway.Core.Storage.Records;

/// <summary>The user names of deleted accounts, for the audit entries about them.</summary>
public interface IDeletedAccountRecords
{
    /// <summary>Keeps a name; where the account's is kept already, that one stays.</summary>
    Task AddAsync(string accountId, string userName, DateTimeOffset at);

    Task<string?> FindNameAsync(string accountId);

    /// <returns>Of several accounts that had the name one after the other: the last.</returns>
    Task<string?> FindIdAsync(string foldedUserName);

    /// <summary>Forgets those that were deleted before this time.</summary>
    Task TrimAsync(DateTimeOffset olderThan);
}
