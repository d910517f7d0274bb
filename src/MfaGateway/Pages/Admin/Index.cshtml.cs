using MfaGateway.Core.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>All people, or those that are looked for, page by page.</summary>
public sealed class IndexModel(AdminVisit visit, AccountLists lists, PageLinks links) : AdminPage(visit)
{
    public static IReadOnlyList<(string Word, AccountCondition Condition, string Label)> States { get; } =
    [
        ("disabled", AccountCondition.Disabled, "Disabled"),
        ("locked", AccountCondition.Locked, "Locked"),
        ("without-second-factor", AccountCondition.WithoutSecondFactor, "Without a second factor"),
        ("never-signed-in", AccountCondition.NeverSignedIn, "Never signed in"),
    ];

    /// <summary>How many groups of a person the list names; the rest is on the person's page.</summary>
    public const int ShownGroups = 3;

    [BindProperty(Name = "query", SupportsGet = true)]
    public string? Query { get; set; }

    [BindProperty(Name = "state", SupportsGet = true)]
    public string? State { get; set; }

    [BindProperty(Name = "group", SupportsGet = true)]
    public string? Group { get; set; }

    [BindProperty(Name = "after", SupportsGet = true)]
    public string? After { get; set; }

    [BindProperty(Name = "before", SupportsGet = true)]
    public string? Before { get; set; }

    public AccountListing Listing { get; private set; } = null!;

    public bool IsFiltered => Filter != new AccountFilter();

    private AccountFilter Filter => new()
    {
        Text = string.IsNullOrWhiteSpace(Query) ? null : Query,
        Condition = States.FirstOrDefault(state => state.Word == State).Condition,
        Group = string.IsNullOrWhiteSpace(Group) ? null : Group.Trim(),
    };

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var place = After is not null ? AccountPlace.After(After) : Before is not null ? AccountPlace.Before(Before) : AccountPlace.Start;
        Listing = await lists.ReadAsync(Filter, place, cancellationToken);
    }

    /// <summary>The same list from another place on.</summary>
    public string At(string direction, ListedAccount edge) =>
        links.Admin + QueryString.Create(
            new Dictionary<string, string?> { ["query"] = Query, ["state"] = State, ["group"] = Group, [direction] = UserNames.Fold(edge.Account.UserName) }
                .Where(pair => !string.IsNullOrEmpty(pair.Value)));
}
