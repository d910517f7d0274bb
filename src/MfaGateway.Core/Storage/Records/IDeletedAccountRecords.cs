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

    /// <summary>All of them, in the engine's order of their ids.</summary>
    /// <param name="after">Only ids behind this one; empty from the beginning.</param>
    /// <param name="count">How many at most; 1 to 500.</param>
    Task<IReadOnlyList<DeletedAccount>> ListAllAsync(string after, int count);
}

public sealed record DeletedAccount(string Id, string UserName, DateTimeOffset DeletedAt);
