using System.CommandLine;
using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary><c>users list</c></summary>
internal static class ListUsers
{
    private const int PageSize = 200;

    private static readonly Dictionary<string, AccountCondition> States = new(StringComparer.Ordinal)
    {
        ["disabled"] = AccountCondition.Disabled,
        ["locked"] = AccountCondition.Locked,
        ["without-second-factor"] = AccountCondition.WithoutSecondFactor,
        ["never-signed-in"] = AccountCondition.NeverSignedIn,
    };

    public static Command Make(Launch launch)
    {
        var json = UserArguments.Json();
        var query = new Option<string?>("--query") { Description = "Words, each a part of the user name, the address or the name." };
        var state = new Option<string?>("--state") { Description = $"One of: {string.Join(", ", States.Keys)}." };
        state.AcceptOnlyFromAmong([.. States.Keys]);
        var group = new Option<string?>("--group") { Description = "A group that they are in." };
        var command = new Command("list", "List accounts, all or those that are looked for.") { query, state, group, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            var filter = new AccountFilter
            {
                Text = parsed.GetValue(query),
                Condition = parsed.GetValue(state) is { } name ? States[name] : AccountCondition.Any,
                Group = parsed.GetValue(group),
            };
            return CommandStore.UseAsync(
                launch, mayCreate: false, store => RunAsync(store, filter, parsed.GetValue(json), cancellationToken), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(CommandStore store, AccountFilter filter, bool json, CancellationToken cancellationToken)
    {
        var users = new List<ListedUser>();
        await foreach (var listed in AllAsync(store, filter, cancellationToken))
            users.Add(ListedUser.Of(listed));

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
                StateOf(user), user.SecondFactor ? "yes" : "no", Output.Time(user.LastSignInAt),
            }));
        return ExitCodes.Done;
    }

    private static string StateOf(ListedUser user) => (user.Disabled, user.Locked) switch
    {
        (false, false) => "active",
        (true, false) => "disabled",
        (false, true) => LockOf(user),
        (true, true) => $"disabled, {LockOf(user)}",
    };

    private static string LockOf(ListedUser user) => $"locked until {(user.LockedUntil is { } until ? Output.Time(until) : "unlocked")}";

    private static async IAsyncEnumerable<ListedAccount> AllAsync(
        CommandStore store, AccountFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var place = AccountPlace.Start; ;)
        {
            var page = await store.Stores.Directory.FindPageAsync(filter, place, PageSize, store.Time.GetUtcNow(), cancellationToken);
            foreach (var listed in page.Accounts)
                yield return listed;
            if (!page.HasLater)
                yield break;
            place = AccountPlace.After(UserNames.Fold(page.Accounts[^1].Account.UserName));
        }
    }
}

/// <summary>An account as lists print it; the names of the JSON are part of the contract with scripts.</summary>
/// <param name="LockedUntil">Null where it takes <c>users unlock</c>, and for those who are not locked.</param>
internal sealed record ListedUser(
    string Id,
    string UserName,
    string DisplayName,
    string Email,
    IReadOnlyList<string> Groups,
    bool Disabled,
    bool SecondFactor,
    bool Locked,
    DateTimeOffset? LockedUntil,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSignInAt)
{
    public static ListedUser Of(ListedAccount listed)
    {
        var account = listed.Account;
        return new ListedUser(
            account.Id, account.UserName, account.DisplayName, account.Email, account.Groups, account.Disabled,
            listed.SecondFactor, listed.Locked, listed.LockedUntil, account.CreatedAt, account.LastSignInAt);
    }
}
