namespace MfaGateway.Core.Accounts;

/// <summary>Finds people among many. Answers in well under a second with 100,000 accounts.</summary>
public interface IAccountDirectory
{
    /// <summary>At most <paramref name="count"/> accounts next to a place in the list.</summary>
    Task<AccountPage> FindPageAsync(AccountFilter filter, AccountPlace place, int count, CancellationToken cancellationToken);

    /// <summary>How many there are in all.</summary>
    Task<long> CountAsync(AccountFilter filter, CancellationToken cancellationToken);
}
