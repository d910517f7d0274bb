using MfaGateway.Challenges;
using MfaGateway.Core.Accounts;
using MfaGateway.Sessions;

namespace MfaGateway.Pages.Admin;

/// <summary>Which administrator is on a page under <c>/admin</c>.</summary>
public sealed class AdminVisit(SessionReader sessions)
{
    /// <summary>The pages' access policy has let nobody else through.</summary>
    public async Task<Actor> ReadActorAsync(HttpContext context)
    {
        var live = await sessions.ReadAsync(context)
            ?? throw new InvalidOperationException("A page of the administration was shown to nobody.");
        return new Actor(live.Account.Id, ClientContexts.Of(context).Address);
    }
}
