namespace MfaGateway.Core.Accounts;

/// <summary>Finds people among many. Answers in well under a second with 100,000 accounts.</summary>
public interface IAccountDirectory
{
    /// <summary>At most <paramref name="count"/> accounts next to a place in the list.</summary>
    /// <param name="now">What is locked is so at this time.</param>
    Task<AccountPage> FindPageAsync(
        AccountFilter filter, AccountPlace place, int count, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>How many there are in all.</summary>
    /// <param name="now">See <see cref="FindPageAsync"/>.</param>
    Task<long> CountAsync(AccountFilter filter, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Every group that some account is in, in each spelling that is stored.</summary>
    Task<IReadOnlyList<string>> ListGroupsAsync(CancellationToken cancellationToken);
}
