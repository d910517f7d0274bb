using MfaGateway.Core.Accounts;

namespace MfaGateway.Storage.Sql;

/// <summary>
/// A name at the sign-in is a user name or an address (<see cref="SignInName"/>): no account's user name is another's address. The unique
/// indexes can't say so, since the two are in different columns.
/// </summary>
internal static class SignInNames
{
    /// <summary>The condition that finds whom a <see cref="SignInName"/> means; user names win.</summary>
    public const string Condition =
        """
        accounts.id = COALESCE(
          (SELECT id FROM accounts WHERE folded_user_name = @FoldedUserName),
          (SELECT id FROM accounts WHERE folded_email = @FoldedEmail))
        """;

    /// <summary>Whether another account has this user name as its address. To be asked under <see cref="LastAdministrator.LockAsync"/>.</summary>
    public static async Task<bool> IsAddressOfAnotherAsync(SqlScope scope, string accountId, string userName)
    {
        // Both, because a name of compatibility forms is an address only once folded.
        var folds = new[] { EmailAddress.Fold(userName), EmailAddress.Fold(UserNames.Fold(userName)) };
        foreach (var fold in folds.Where(fold => fold.Length > 0).Distinct(StringComparer.Ordinal))
        {
            if (await AnyOtherAsync(scope, accountId, "folded_email", fold))
                return true;
        }

        return false;
    }

    /// <summary>Whether another account has this address as its user name. To be asked under <see cref="LastAdministrator.LockAsync"/>.</summary>
    public static async Task<bool> IsUserNameOfAnotherAsync(SqlScope scope, string accountId, string email)
    {
        foreach (var spelling in EmailAddress.TryParse(email, out var address) ? address.Spellings : [])
        {
            if (await AnyOtherAsync(scope, accountId, "folded_user_name", UserNames.Fold(spelling)))
                return true;
        }

        return false;
    }

    private static async Task<bool> AnyOtherAsync(SqlScope scope, string accountId, string column, string fold) =>
        await scope.ScalarAsync<long>(
            $"SELECT COUNT(*) FROM accounts WHERE {column} = @Fold AND id <> @Id", new { Fold = fold, Id = accountId }) > 0;
}
