using MfaGateway.Core.SelfService;
using MfaGateway.Core.Sessions;

namespace MfaGateway.Pages.Account.Sessions;

public sealed class IndexModel(AccountVisit visit, OwnSessions sessions) : AccountPage(visit)
{
    /// <summary>This one first.</summary>
    public IReadOnlyList<GatewaySession> Sessions { get; private set; } = [];

    public string CurrentId { get; private set; } = string.Empty;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var who = await ReadVisitorAsync();
        CurrentId = who.Session.Id;
        Sessions =
        [
            .. (await sessions.ListAsync(who.Account.Id, cancellationToken)).OrderByDescending(session => session.Id == CurrentId),
        ];
    }
}
