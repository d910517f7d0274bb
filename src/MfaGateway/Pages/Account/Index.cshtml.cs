using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors;
using MfaGateway.Core.SelfService;

namespace MfaGateway.Pages.Account;

/// <summary>What is switched on, what to look after, and the way to each matter.</summary>
public sealed class IndexModel(
    AccountVisit visit, OwnAuthenticators authenticators, OwnRecoveryCodes codes, OwnSessions sessions, OwnPassword password) : AccountPage(visit)
{
    public Core.Accounts.Account Account { get; private set; } = null!;

    public int Authenticators { get; private set; }

    public OwnRecoveryCodeState Codes { get; private set; } = null!;

    public int OtherSessions { get; private set; }

    /// <summary>Whether the session was begun with a recovery code: the phone may be lost, and may be in other hands.</summary>
    public bool CameByRecoveryCode { get; private set; }

    public DateTimeOffset? PasswordSetAt { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var who = await ReadVisitorAsync();
        Account = who.Account;
        CameByRecoveryCode = who.Session.Proofs.Any(proof => proof.Factor == FactorKind.RecoveryCode);
        Authenticators = (await authenticators.ListAsync(Account.Id, cancellationToken)).Count;
        Codes = await codes.FindAsync(Account.Id, cancellationToken);
        OtherSessions = (await sessions.ListAsync(Account.Id, cancellationToken)).Count(session => session.Id != who.Session.Id);
        PasswordSetAt = await password.FindSetAtAsync(Account.Id, cancellationToken);
    }

    /// <summary><c>1 authenticator</c>, <c>2 authenticators</c></summary>
    public static string Count(int number, string one) =>
        FormattableString.Invariant($"{number} {one}{(number == 1 ? string.Empty : "s")}");
}
