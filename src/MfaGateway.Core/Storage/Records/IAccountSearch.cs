using MfaGateway.Core.Accounts;

namespace MfaGateway.Core.Storage.Records;

/// <summary>Lists of accounts. Each engine has its own way to search.</summary>
public interface IAccountSearch
{
    /// <summary>A page of the accounts that match, in the ordinal order of their folded user names.</summary>
    /// <param name="groups">The spellings that mean the group of the filter; an account is in it under any of them. Empty where the filter names none.</param>
    /// <param name="count">How many at most; 1 or more.</param>
    Task<AccountPage> FindPageAsync(AccountFilter filter, IReadOnlyList<string> groups, AccountPlace place, int count, DateTimeOffset now);

    /// <summary>How many accounts match.</summary>
    Task<long> CountAsync(AccountFilter filter, IReadOnlyList<string> groups, DateTimeOffset now);

    /// <summary>Every group name that an account has, as it was typed, in ordinal order.</summary>
    Task<IReadOnlyList<string>> ListGroupsAsync();

    /// <summary>The ids of the members of any of these groups that are not disabled, in ordinal order.</summary>
    /// <param name="after">Only ids after this one; empty from the beginning.</param>
    /// <param name="count">How many at most; 1 or more.</param>
    Task<IReadOnlyList<string>> ListMembersAsync(IReadOnlyList<string> groups, string after, int count);
}
