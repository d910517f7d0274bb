using MfaGateway.Core.Accounts;

namespace MfaGateway.Core.Storage.Records;

/// <summary>Accounts with their groups, found by id, user name or address.</summary>
public interface IAccountRecords
{
    Task<Account?> FindAsync(string id);

    /// <param name="foldedUserName">See <see cref="UserNames.Fold"/>.</param>
    Task<Account?> FindByUserNameAsync(string foldedUserName);

    /// <param name="foldedEmail">See <see cref="EmailAddress.Fold"/>.</param>
    Task<Account?> FindByEmailAsync(string foldedEmail);

    /// <summary>Whether there is any account.</summary>
    Task<bool> AnyAsync();

    /// <summary>Adds an account. Its id, its folded user name and its folded address are unique among accounts.</summary>
    /// <returns>False, with nothing written, where one of them is taken.</returns>
    Task<bool> TryAddAsync(Account account);

    /// <summary>Writes an account anew. The transaction holds it, so that nothing is overwritten that was not seen.</summary>
    /// <param name="seen">As it was read under the hold: what is the same in both need not be written.</param>
    /// <param name="wanted">With the same id. Its user name and its address are free: the caller has looked.</param>
    Task UpdateAsync(Account seen, Account wanted);

    /// <summary>
    /// Deletes an account with all that refers to it: password, tokens, authenticators, recovery codes, enrolment code, code requests, flows,
    /// sessions, known browsers. Attempts, mails and audit entries are not of it.
    /// </summary>
    Task DeleteAsync(string id);
}
