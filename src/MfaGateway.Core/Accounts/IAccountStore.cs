namespace MfaGateway.Core.Accounts;

/// <summary>The people. User names and addresses are unique by their folds.</summary>
public interface IAccountStore
{
    /// <summary>Adds an account with its password in one transaction.</summary>
    Task<AddAccountResult> AddAsync(Account account, string passwordHash, CancellationToken cancellationToken);

    /// <summary>
    /// Spends the first-run token and adds the first account, in one transaction. Fails with
    /// <see cref="AddAccountResult.NotAllowed"/> when the token is unknown, spent or over, or when an account exists in one of its groups.
    /// </summary>
    Task<AddAccountResult> AddFirstAsync(
        Account account, string passwordHash, byte[] setupTokenHash, DateTimeOffset now, CancellationToken cancellationToken);

    Task<Account?> FindAsync(string id, CancellationToken cancellationToken);

    /// <param name="foldedUserName">The result of <c>UserNames.Fold</c>.</param>
    Task<Account?> FindByUserNameAsync(string foldedUserName, CancellationToken cancellationToken);

    /// <param name="foldedEmail">The result of <c>EmailAddress.Fold</c>.</param>
    Task<Account?> FindByEmailAsync(string foldedEmail, CancellationToken cancellationToken);

    /// <summary>
    /// Whom a name at the sign-in means: the account with that user name, or else the one with that address. One statement, so that neither
    /// of them, nor neither, takes longer.
    /// </summary>
    /// <param name="name">See <see cref="SignInName"/>.</param>
    Task<Account?> FindForSignInAsync(SignInName name, CancellationToken cancellationToken);

    /// <summary>The user name that a deleted account had; null for an id that none had.</summary>
    Task<string?> FindDeletedNameAsync(string id, CancellationToken cancellationToken);

    /// <summary>The id of the account of that name that was deleted last; null where there was none.</summary>
    /// <param name="foldedUserName">The result of <c>UserNames.Fold</c>.</param>
    Task<string?> FindDeletedIdAsync(string foldedUserName, CancellationToken cancellationToken);

    Task<bool> AnyAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Whether the first administrator can still be made by a link: one was offered, and since then only strangers who registered
    /// themselves have got an account.
    /// </summary>
    Task<bool> IsSetupOfferedAsync(CancellationToken cancellationToken);

    /// <summary>Whether this is the token of the link that makes the first administrator, and still good. Spends nothing.</summary>
    Task<bool> IsSetupTokenGoodAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken);

    /// <param name="languages">See <see cref="Account.Languages"/>; null leaves what is known.</param>
    Task RecordSignInAsync(string id, DateTimeOffset at, string? languages, CancellationToken cancellationToken);

    /// <summary>Makes this the only valid first-run token.</summary>
    Task SetSetupTokenAsync(byte[] tokenHash, DateTimeOffset expiresAt, CancellationToken cancellationToken);
}

/// <summary>What came of adding an account.</summary>
public enum AddAccountResult
{
    Added,
    UserNameTaken,
    EmailTaken,
    NotAllowed,

    /// <summary>The user name is the e-mail address of another account.</summary>
    UserNameIsAddress,

    /// <summary>The e-mail address is the user name of another account.</summary>
    EmailIsUserName,
}
