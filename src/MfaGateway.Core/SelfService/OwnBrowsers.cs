using MfaGateway.Core.Auditing;
using MfaGateway.Core.Sessions;

namespace MfaGateway.Core.SelfService;

/// <summary>Which browsers a person's account knows. Forgetting asks for no fresh proof: it takes away, and never gives.</summary>
public sealed class OwnBrowsers(KnownBrowserStore browsers, TimeProvider time)
{
    /// <summary>The latest used first.</summary>
    public Task<IReadOnlyList<KnownBrowser>> ListAsync(string accountId, CancellationToken cancellationToken) =>
        browsers.ListAsync(accountId, time.GetUtcNow(), cancellationToken);

    public async Task<OwnChange> ForgetAsync(ActingSession who, string? id, CancellationToken cancellationToken)
    {
        var entry = who.EntryOf(AuditEvents.BrowserForgotten, time.GetUtcNow());
        return id is not null && await browsers.ForgetAsync(who.Account.Id, id, entry, cancellationToken)
            ? new OwnChange.Done(SessionToken: null)
            : new OwnChange.NotFound();
    }
}
