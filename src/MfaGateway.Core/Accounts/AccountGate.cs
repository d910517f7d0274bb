using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Accounts;

/// <summary>
/// What no single account's hold can decide: that names and addresses are not another account's, and that an administrator is left.
/// Transactions that might change either pass one gate, one after the other.
/// </summary>
internal static class AccountGate
{
    /// <summary>The fact that is held; the schema makes it.</summary>
    public const string Fact = "administrators";

    private const int Slice = 100;

    /// <summary>Holds the gate until the transaction ends. Before any account: of two that held an account each and waited for the other's, an engine would end one.</summary>
    public static async Task HoldAsync(Transaction transaction)
    {
        if (await transaction.Facts.FindHeldAsync(Fact) is null)
            await transaction.Facts.TryAddAsync(Fact, [1]);
    }

    /// <summary>
    /// Whether this account is an administrator who can sign in, and the only one. An invited account without a password can't sign in and
    /// does not count. Under the gate.
    /// </summary>
    public static async Task<bool> IsLastAdministratorAsync(Transaction transaction, Account account, string group)
    {
        if (account.Disabled || !account.Groups.Contains(group, GroupNames.Comparer) || !await CanSignInAsync(transaction, account.Id))
            return false;

        var spellings = await GroupSpellings.OfAsync(transaction, group);
        for (var after = string.Empty; ;)
        {
            var members = await transaction.AccountSearch.ListMembersAsync(spellings, after, Slice);
            foreach (var id in members)
            {
                if (id != account.Id && await CanSignInAsync(transaction, id))
                    return false;
            }

            if (members.Count < Slice)
                return true;
            after = members[^1];
        }
    }

    /// <summary>Why this account can't have its user name; null where it can. Under the gate.</summary>
    public static async Task<AddAccountResult?> FindNameClashAsync(Transaction transaction, Account account)
    {
        if (IsAnother(await transaction.Accounts.FindByUserNameAsync(UserNames.Fold(account.UserName)), account))
            return AddAccountResult.UserNameTaken;
        return await IsAddressOfAnotherAsync(transaction, account) ? AddAccountResult.UserNameIsAddress : null;
    }

    /// <summary>Why this account can't have its address; null where it can. Under the gate.</summary>
    public static async Task<AddAccountResult?> FindAddressClashAsync(Transaction transaction, Account account)
    {
        if (IsAnother(await transaction.Accounts.FindByEmailAsync(EmailAddress.Fold(account.Email)), account))
            return AddAccountResult.EmailTaken;
        return await IsUserNameOfAnotherAsync(transaction, account) ? AddAccountResult.EmailIsUserName : null;
    }

    // A name at the sign-in is a user name or an address (SignInName): no account's user name is another's address.
    private static async Task<bool> IsAddressOfAnotherAsync(Transaction transaction, Account account)
    {
        // Both, because a name of compatibility forms is an address only once folded.
        string[] folds = [EmailAddress.Fold(account.UserName), EmailAddress.Fold(UserNames.Fold(account.UserName))];
        foreach (var fold in folds.Where(fold => fold.Length > 0).Distinct(StringComparer.Ordinal))
        {
            if (IsAnother(await transaction.Accounts.FindByEmailAsync(fold), account))
                return true;
        }

        return false;
    }

    private static async Task<bool> IsUserNameOfAnotherAsync(Transaction transaction, Account account)
    {
        foreach (var spelling in EmailAddress.TryParse(account.Email, out var address) ? address.Spellings : [])
        {
            if (IsAnother(await transaction.Accounts.FindByUserNameAsync(UserNames.Fold(spelling)), account))
                return true;
        }

        return false;
    }

    private static bool IsAnother(Account? found, Account account) => found is not null && found.Id != account.Id;

    private static async Task<bool> CanSignInAsync(Transaction transaction, string accountId) =>
        await transaction.Passwords.FindAsync(accountId) is not null
        || await transaction.Accounts.FindAsync(accountId) is { LastSignInAt: not null };
}
