namespace MfaGateway.Storage.Sql;

/// <summary>Which groups an account is in.</summary>
internal static class AccountGroups
{
    /// <summary>Makes these the account's groups, in this order.</summary>
    public static async Task SetAsync(SqlScope scope, string accountId, IReadOnlyList<string> groups)
    {
        await scope.ExecuteAsync("DELETE FROM account_groups WHERE account_id = @AccountId", new { AccountId = accountId });
        for (var position = 0; position < groups.Count; position++)
        {
            await scope.ExecuteAsync(
                "INSERT INTO account_groups (account_id, position, group_name) VALUES (@AccountId, @Position, @Name)",
                new { AccountId = accountId, Position = (long)position, Name = groups[position] });
        }
    }
}
