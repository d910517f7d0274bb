using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary><c>users list</c></summary>
internal static class ListUsers
{
    private const int PageSize = 200;

    public static Task<int> RunAsync(Launch launch, bool json, CancellationToken cancellationToken) =>
        CommandStore.UseAsync(launch, mayCreate: false, store => RunAsync(store, json, cancellationToken), cancellationToken);

    private static async Task<int> RunAsync(CommandStore store, bool json, CancellationToken cancellationToken)
    {
        var users = new List<ListedUser>();
        await foreach (var account in AllAsync(store, cancellationToken))
            users.Add(await ListedUser.ReadAsync(store, account, cancellationToken));

        if (json)
        {
            await Output.WriteJsonAsync(users);
            return ExitCodes.Done;
        }

        Output.WriteTable(
            ["USER NAME", "NAME", "E-MAIL", "GROUPS", "STATE", "SECOND FACTOR", "LAST SIGN-IN"],
            users.Select(user => new[]
            {
                user.UserName, user.DisplayName, user.Email, string.Join(", ", user.Groups),
                user.Disabled ? "disabled" : "active", user.SecondFactor ? "yes" : "no", Output.Time(user.LastSignInAt),
            }));
        return ExitCodes.Done;
    }

    private static async IAsyncEnumerable<Account> AllAsync(
        CommandStore store, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? last = null;
        while (true)
        {
            var page = await store.Sql.Accounts.ListAsync(last, PageSize, cancellationToken);
            foreach (var account in page)
                yield return account;
            if (page.Count < PageSize)
                yield break;
            last = UserNames.Fold(page[^1].UserName);
        }
    }
}

/// <summary>An account as lists print it; the names of the JSON are part of the contract with scripts.</summary>
internal sealed record ListedUser(
    string Id,
    string UserName,
    string DisplayName,
    string Email,
    IReadOnlyList<string> Groups,
    bool Disabled,
    bool SecondFactor,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSignInAt)
{
    public static async Task<ListedUser> ReadAsync(CommandStore store, Account account, CancellationToken cancellationToken)
    {
        var authenticators = await store.Sql.Totp.ListAsync(account.Id, cancellationToken);
        return new ListedUser(
            account.Id, account.UserName, account.DisplayName, account.Email, account.Groups, account.Disabled,
            authenticators.Count > 0, account.CreatedAt, account.LastSignInAt);
    }
}
