using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Storage.Sql.Records;

/// <summary>An account and one of its groups, so that one statement reads both as of one moment.</summary>
/// <remarks>With properties, not parameters: where no row is found, SQLite does not know the type of what is counted.</remarks>
internal sealed class AccountRow
{
    private const string Selected =
        """
        SELECT accounts.id AS Id, user_name AS UserName, email AS Email, display_name AS DisplayName, disabled AS Disabled,
          created_at AS CreatedAt, last_sign_in_at AS LastSignInAt, sign_in_epoch AS SignInEpoch, languages AS Languages,
          verified_email AS VerifiedEmail, verified_at AS VerifiedAt, codes_off_by_owner AS CodesOffByOwner,
          codes_off_by_administrator AS CodesOffByAdministrator, group_name AS GroupName
        """;

    private const string Listed =
        """
        (SELECT COUNT(*) FROM totp_authenticators WHERE totp_authenticators.account_id = accounts.id) AS Authenticators,
        (SELECT MAX(window_ends_at) FROM attempt_counts
          WHERE attempt_counts.account_id = accounts.id AND closed = 1 AND window_ends_at > @Now) AS LockedUntil
        """;

    public required string Id { get; init; }

    public required string UserName { get; init; }

    public required string Email { get; init; }

    public required string DisplayName { get; init; }

    public long Disabled { get; init; }

    public long CreatedAt { get; init; }

    public long? LastSignInAt { get; init; }

    public long SignInEpoch { get; init; }

    public string? Languages { get; init; }

    public string? VerifiedEmail { get; init; }

    public long? VerifiedAt { get; init; }

    public long CodesOffByOwner { get; init; }

    public long CodesOffByAdministrator { get; init; }

    public string? GroupName { get; init; }

    public long Authenticators { get; init; }

    public long? LockedUntil { get; init; }

    /// <param name="condition">On <c>accounts</c>.</param>
    public static async Task<Account?> FindAsync(SqlScope scope, string condition, object arguments) =>
        (await ReadAsync(scope, Selected, "accounts", condition, arguments)).Select(ToAccount).SingleOrDefault();

    /// <summary>Accounts with what lists show besides.</summary>
    /// <param name="accounts">A query for rows of <c>accounts</c>.</param>
    /// <param name="arguments">With the time as <c>Now</c>.</param>
    /// <returns>In the order of the folded user names.</returns>
    public static async Task<IReadOnlyList<ListedAccount>> ListAsync(SqlScope scope, string accounts, object arguments) =>
        [.. (await ReadAsync(scope, $"{Selected}, {Listed}", $"({accounts}) AS accounts", "1 = 1", arguments)).Select(ToListed)];

    /// <returns>The rows of each account, one for each of its groups.</returns>
    private static async Task<IEnumerable<IGrouping<string, AccountRow>>> ReadAsync(
        SqlScope scope, string selected, string accounts, string condition, object arguments)
    {
        var rows = await scope.ListAsync<AccountRow>(
            $"""
            {selected}
            FROM {accounts} LEFT JOIN account_groups ON account_groups.account_id = accounts.id
            WHERE {condition} ORDER BY folded_user_name, position
            """,
            arguments);
        return rows.GroupBy(row => row.Id, StringComparer.Ordinal);
    }

    private static Account ToAccount(IGrouping<string, AccountRow> rows)
    {
        var row = rows.First();
        return new Account(
            row.Id, row.UserName, row.Email, row.DisplayName, [.. rows.Select(one => one.GroupName).OfType<string>()],
            row.Disabled != 0, Columns.ToTime(row.CreatedAt), Columns.ToTime(row.LastSignInAt))
        {
            SignInEpoch = row.SignInEpoch,
            Languages = row.Languages,
            VerifiedEmail = row.VerifiedEmail,
            VerifiedAt = Columns.ToTime(row.VerifiedAt),
            Codes = new MagicCodeSwitches(row.CodesOffByOwner != 0, row.CodesOffByAdministrator != 0),
        };
    }

    private static ListedAccount ToListed(IGrouping<string, AccountRow> rows)
    {
        var row = rows.First();
        var end = Columns.ToTime(row.LockedUntil);
        return new ListedAccount(ToAccount(rows), row.Authenticators > 0, Locked: end is not null, end == AttemptState.Never ? null : end);
    }
}
