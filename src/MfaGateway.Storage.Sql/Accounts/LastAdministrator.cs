using Dapper;

namespace MfaGateway.Storage.Sql;

/// <summary>There is always somebody who can open the administration.</summary>
internal static class LastAdministrator
{
    /// <summary>
    /// Holds up other transactions that might take an administrator away, or give an account a name or an address, until this transaction ends.
    /// Before any account's row: of two that held an account each and waited for the other's, PostgreSQL would end one.
    /// </summary>
    public static Task LockAsync(SqlScope scope) =>
        scope.ScalarAsync<string>($"SELECT name FROM facts WHERE name = '{FactNames.Administrators}'{scope.Dialect.LockRows}");

    /// <summary>
    /// Whether this account is an administrator who can sign in, and the only one. An invited account without a password can't
    /// sign in and does not count. To be asked under the lock.
    /// </summary>
    public static async Task<bool> IsAsync(SqlScope scope, string accountId, string group)
    {
        // Statements of their own after the lock was had, so that they see what the holder before has committed.
        var arguments = new DynamicParameters(new { AccountId = accountId });
        var named = GroupSpellings.Condition(await GroupSpellings.OfAsync(scope, group), arguments);
        var administrators = await scope.ListAsync<string>(
            $"""
            SELECT DISTINCT id, CASE WHEN id = @AccountId THEN 0 ELSE 1 END AS place
            FROM accounts JOIN account_groups ON account_groups.account_id = accounts.id
            WHERE {named} AND disabled = 0
              AND (last_sign_in_at IS NOT NULL OR EXISTS (SELECT 1 FROM passwords WHERE passwords.account_id = accounts.id))
            ORDER BY place LIMIT 2
            """,
            arguments);
        return administrators.Count == 1 && administrators[0] == accountId;
    }
}
