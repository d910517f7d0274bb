using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Accounts;

/// <summary>What administrators change of accounts.</summary>
public sealed class AdministrationStore(Transactions transactions)
{
    /// <summary>Adds an account without a password, and the token by which its person sets one.</summary>
    public Task<AddAccountResult> InviteAsync(
        Account account, PasswordToken token, ChangeTrace trace, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                var result = await AccountStore.AddByOperatorAsync(transaction, account, passwordHash: null);
                if (result != AddAccountResult.Added)
                {
                    transaction.Undo();
                    return result;
                }

                await PasswordTokenStore.SetAsync(transaction, account.Id, token);
                transaction.Keep(trace);
                return result;
            },
            cancellationToken);

    /// <summary>Sets the flag. Disabling ends the account's sessions, flows and links.</summary>
    public Task<AccountChange> SetDisabledAsync(
        string accountId, bool disabled, string administratorGroup, ChangeTrace trace, CancellationToken cancellationToken) =>
        ChangeAsync(
            async transaction =>
            {
                await AccountGate.HoldAsync(transaction);
                if (await transaction.FindHeldAccountAsync(accountId) is not { } account)
                    return AccountChange.AccountGone;
                if (disabled && await AccountGate.IsLastAdministratorAsync(transaction, account, administratorGroup))
                    return AccountChange.LastAdministrator;

                await transaction.Accounts.UpdateAsync(account, account with { Disabled = disabled });
                if (disabled)
                    await EndAccessAsync(transaction, account);
                return Keep(transaction, trace, accountId);
            },
            cancellationToken);

    /// <summary>Empties every counter of the account's attempts.</summary>
    public Task<AccountChange> UnlockAsync(string accountId, ChangeTrace trace, CancellationToken cancellationToken) =>
        ChangeAsync(
            async transaction =>
            {
                if (!await transaction.HoldAccountAsync(accountId))
                    return AccountChange.AccountGone;

                await AttemptStore.EmptyAllAsync(transaction, accountId);
                transaction.Keep(trace);
                return AccountChange.Done;
            },
            cancellationToken);

    /// <summary>
    /// Sets address, display name and groups. Another address ends the account's sessions, flows and links: they were given
    /// to a person who reads the old one.
    /// </summary>
    /// <param name="seen">What the one who decided on the change saw; if it is another by now, nothing is done.</param>
    public Task<AccountChange> UpdateAsync(
        string accountId, AccountDetails seen, AccountDetails wanted, string administratorGroup, ChangeTrace trace,
        CancellationToken cancellationToken) =>
        ChangeAsync(
            async transaction =>
            {
                await AccountGate.HoldAsync(transaction);
                if (await transaction.FindHeldAccountAsync(accountId) is not { } account)
                    return AccountChange.AccountGone;
                if (AccountDetails.Of(account) != seen)
                    return AccountChange.Outdated;

                var leaves = !wanted.Groups.Contains(administratorGroup, GroupNames.Comparer);
                if (leaves && await AccountGate.IsLastAdministratorAsync(transaction, account, administratorGroup))
                    return AccountChange.LastAdministrator;

                var changed = account with { Email = wanted.Email, DisplayName = wanted.DisplayName, Groups = wanted.Groups };
                var foldedEmail = EmailAddress.Fold(wanted.Email);
                if (foldedEmail.Length == 0)
                    throw new ArgumentException("Not one plain e-mail address.", nameof(wanted));
                if (await AccountGate.FindAddressClashAsync(transaction, changed) is { } clash)
                    return clash == AddAccountResult.EmailTaken ? AccountChange.EmailTaken : AccountChange.EmailIsUserName;

                await transaction.Accounts.UpdateAsync(account, changed);
                if (foldedEmail != EmailAddress.Fold(account.Email))
                    await EndAccessAsync(transaction, changed);
                return Keep(transaction, trace, accountId);
            },
            cancellationToken);

    /// <summary>Gives the account another user name, and ends its sessions, flows and links: apps know people by that name.</summary>
    /// <param name="seen">The user name that the decision was made on; if it is another by now, nothing is done.</param>
    /// <param name="wanted">A valid user name.</param>
    public Task<AccountChange> RenameAsync(
        string accountId, string seen, string wanted, ChangeTrace trace, CancellationToken cancellationToken) =>
        ChangeAsync(
            async transaction =>
            {
                await AccountGate.HoldAsync(transaction);
                if (await transaction.FindHeldAccountAsync(accountId) is not { } account)
                    return AccountChange.AccountGone;
                if (account.UserName != seen)
                    return AccountChange.Outdated;

                var changed = account with { UserName = wanted };
                if (await AccountGate.FindNameClashAsync(transaction, changed) is { } clash)
                    return clash == AddAccountResult.UserNameTaken ? AccountChange.UserNameTaken : AccountChange.UserNameIsAddress;

                await transaction.Accounts.UpdateAsync(account, changed);
                await EndAccessAsync(transaction, changed);
                return Keep(transaction, trace, accountId);
            },
            cancellationToken);

    /// <summary>
    /// Deletes the account with everything that belongs to it: sessions, flows, known browsers, factors, codes, links, counters, and mails
    /// that wait. Name and address are free afterwards; the name is kept beside the audit log, for the entries about the account.
    /// </summary>
    /// <param name="seen">See <see cref="RenameAsync"/>.</param>
    public Task<AccountChange> DeleteAsync(
        string accountId, string seen, string administratorGroup, ChangeTrace trace, CancellationToken cancellationToken) =>
        ChangeAsync(
            async transaction =>
            {
                await AccountGate.HoldAsync(transaction);
                if (await transaction.FindHeldAccountAsync(accountId) is not { } account)
                    return AccountChange.AccountGone;
                if (account.UserName != seen)
                    return AccountChange.Outdated;
                if (await AccountGate.IsLastAdministratorAsync(transaction, account, administratorGroup))
                    return AccountChange.LastAdministrator;

                await transaction.DeletedAccounts.AddAsync(accountId, account.UserName, trace.Entry.At);
                var browsers = await transaction.KnownBrowsers.ListAsync(accountId);
                await transaction.Accounts.DeleteAsync(accountId);
                await AttemptStore.ForgetAllAsync(transaction, accountId, browsers.Select(browser => browser.Id));
                await transaction.Mail.DeleteAllAsync(accountId);
                return Keep(transaction, trace, accountId);
            },
            cancellationToken);

    /// <summary>
    /// Takes the second factor away with all that belongs to it (authenticators, recovery codes), ends the account's sessions
    /// and flows, and closes the enrolment of a new one to everybody without the code. Who had the lost phone may have had its
    /// browser as well: the account forgets the browsers it knows, and its counters, so that the owner is not locked out.
    /// </summary>
    public Task<AccountChange> ResetSecondFactorAsync(
        string accountId, NewEnrollmentCode code, ChangeTrace trace, CancellationToken cancellationToken) =>
        ChangeAsync(
            async transaction =>
            {
                if (await transaction.FindHeldAccountAsync(accountId) is not { } account)
                    return AccountChange.AccountGone;

                await transaction.Totp.DeleteAllAsync(accountId);
                await transaction.RecoveryCodes.DeleteAllAsync(accountId);
                await transaction.KnownBrowsers.DeleteAllAsync(accountId);
                await EnrollmentCodeStore.SetAsync(transaction, accountId, code);
                await AccountAccess.EndAllAsync(transaction, account);
                await AttemptStore.EmptyAllAsync(transaction, accountId);
                return Keep(transaction, trace, accountId);
            },
            cancellationToken);

    /// <summary>Ends what is going on, and the links by which it could begin anew.</summary>
    private static async Task EndAccessAsync(Transaction transaction, Account held)
    {
        await AccountAccess.EndAllAsync(transaction, held);
        await transaction.PasswordTokens.DeleteAsync(held.Id, purpose: null);
    }

    private static AccountChange Keep(Transaction transaction, ChangeTrace trace, string accountId)
    {
        transaction.Keep(trace);
        transaction.RaiseChange(accountId);
        return AccountChange.Done;
    }

    /// <summary>A transaction of which nothing is kept unless it is done.</summary>
    private Task<AccountChange> ChangeAsync(Func<Transaction, Task<AccountChange>> work, CancellationToken cancellationToken) =>
        transactions.WriteAsync(
            async transaction =>
            {
                var result = await work(transaction);
                if (result != AccountChange.Done)
                    transaction.Undo();
                return result;
            },
            cancellationToken);
}
