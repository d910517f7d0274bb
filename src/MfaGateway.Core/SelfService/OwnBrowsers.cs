using MfaGateway.Core.Auditing;
using MfaGateway.Core.Sessions;

namespace MfaGateway.Core.SelfService;

/// <summary>Which browsers a person's account knows. Forgetting asks for no fresh proof: it takes away, and never gives.</summary>
public sealed class OwnBrowsers(KnownBrowserStore browsers, AuditStore audit, TimeProvider time)
{
    /// <summary>The latest used first.</summary>
    public Task<IReadOnlyList<KnownBrowser>> ListAsync(string accountId, CancellationToken cancellationToken) =>
        browsers.ListAsync(accountId, time.GetUtcNow(), cancellationToken);

    public async Task<OwnChange> ForgetAsync(ActingSession who, string? id, CancellationToken cancellationToken)
    {
        if (id is null || !await browsers.ForgetAsync(who.Account.Id, id, cancellationToken))
            return new OwnChange.NotFound();

        await audit.AppendAsync(who.EntryOf(AuditEvents.BrowserForgotten, time.GetUtcNow()), CancellationToken.None);
        return new OwnChange.Done(SessionToken: null);
    }
}
