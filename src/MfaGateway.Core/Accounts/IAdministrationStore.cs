using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.Passwords;

namespace MfaGateway.Core.Accounts;

/// <summary>
/// What an administrator does to an account. Each verb is one transaction, kept together with what tells of it. No verb
/// takes the last administrator (an account that is not disabled, in the administrators' group) away: that is decided
/// under a lock that all of them share, so that two who do it to each other don't both succeed.
/// </summary>
public interface IAdministrationStore
{
    /// <summary>Adds an account without a password, and the token by which its person sets one.</summary>
    Task<AddAccountResult> InviteAsync(Account account, PasswordToken token, ChangeTrace trace, CancellationToken cancellationToken);

    /// <summary>Sets the flag. Disabling ends the account's sessions, flows and links.</summary>
    Task<AccountChange> SetDisabledAsync(
        string accountId, bool disabled, string administratorGroup, ChangeTrace trace, CancellationToken cancellationToken);

    /// <summary>Empties every counter of the account's attempts.</summary>
    Task<AccountChange> UnlockAsync(string accountId, ChangeTrace trace, CancellationToken cancellationToken);

    /// <summary>
    /// Sets address, display name and groups. Another address ends the account's sessions, flows and links: they were given
    /// to whoever reads the old one.
    /// </summary>
    /// <param name="seen">What whoever decided on the change saw; if it is another by now, nothing is done.</param>
    Task<AccountChange> UpdateAsync(
        string accountId, AccountDetails seen, AccountDetails wanted, string administratorGroup, ChangeTrace trace,
        CancellationToken cancellationToken);

    /// <summary>Gives the account another user name, and ends its sessions, flows and links: apps know people by that name.</summary>
    /// <param name="seen">The user name that the decision was made on; if it is another by now, nothing is done.</param>
    /// <param name="wanted">A valid user name.</param>
    Task<AccountChange> RenameAsync(string accountId, string seen, string wanted, ChangeTrace trace, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the account with everything that belongs to it: sessions, flows, known browsers, factors, codes, links, counters, and mails
    /// that wait. Name and address are free afterwards; the name is kept beside the audit log, for the entries about the account.
    /// </summary>
    /// <param name="seen">See <see cref="RenameAsync"/>.</param>
    Task<AccountChange> DeleteAsync(
        string accountId, string seen, string administratorGroup, ChangeTrace trace, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the second factor away with all that belongs to it (authenticators, recovery codes), ends the account's sessions
    /// and flows, and closes the enrolment of a new one to everybody without the code. Who had the lost phone may have had its
    /// browser as well: the account forgets the browsers it knows, and its counters, so that the owner is not locked out.
    /// </summary>
    Task<AccountChange> ResetSecondFactorAsync(
        string accountId, NewEnrollmentCode code, ChangeTrace trace, CancellationToken cancellationToken);
}

/// <summary>What came of changing an account.</summary>
public enum AccountChange
{
    Done,

    /// <summary>There is no such account.</summary>
    AccountGone,

    /// <summary>Nobody could open the administration any more.</summary>
    LastAdministrator,

    /// <summary>Somebody else changed it in the meantime.</summary>
    Outdated,

    /// <summary>Another account has this address.</summary>
    EmailTaken,

    /// <summary>Another account has this user name.</summary>
    UserNameTaken,

    /// <summary>The user name is the e-mail address of another account.</summary>
    UserNameIsAddress,

    /// <summary>The e-mail address is the user name of another account.</summary>
    EmailIsUserName,

    /// <summary>It is the account that the administrator acts with.</summary>
    OwnAccount,
}
