using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.SelfService;

namespace MfaGateway.Pages.Account.Authenticators;

public sealed class IndexModel(AccountVisit visit, OwnAuthenticators authenticators) : AccountPage(visit)
{
    public IReadOnlyList<TotpAuthenticator> Authenticators { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Authenticators = await authenticators.ListAsync((await ReadVisitorAsync()).Account.Id, cancellationToken);
}
