using MfaGateway.Core.SelfService;
using MfaGateway.Core.Sessions;

namespace MfaGateway.Pages.Account.Browsers;

public sealed class IndexModel(AccountVisit visit, OwnBrowsers browsers) : AccountPage(visit)
{
    /// <summary>This one first.</summary>
    public IReadOnlyList<KnownBrowser> Browsers { get; private set; } = [];

    /// <summary>The browser that asks, if the account knows it.</summary>
    public string? CurrentId { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var who = await ReadVisitorAsync();
        var known = await browsers.ListAsync(who.Account.Id, cancellationToken);
        CurrentId = known.FirstOrDefault(who.IsIn)?.Id;
        Browsers = [.. known.OrderByDescending(browser => browser.Id == CurrentId)];
    }
}
