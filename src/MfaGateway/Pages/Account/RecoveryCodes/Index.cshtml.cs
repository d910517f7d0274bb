using MfaGateway.Core.SelfService;

namespace MfaGateway.Pages.Account.RecoveryCodes;

public sealed class IndexModel(AccountVisit visit, OwnRecoveryCodes codes) : AccountPage(visit)
{
    public OwnRecoveryCodeState State { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        State = await codes.FindAsync((await ReadVisitorAsync()).Account.Id, cancellationToken);
}
