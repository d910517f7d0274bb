using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Accounts;

/// <summary>One account with everything about it that an administrator may see. No secret is in it.</summary>
/// <param name="EmailVerifiedAt">When somebody last proved to read mail at the address that it has now; null when nobody did.</param>
/// <param name="Sessions">Those that are live, the one seen last first.</param>
/// <param name="EnrollmentCode">Without it nobody enrols; null where none is needed.</param>
/// <param name="Locks">What is refused for now after too many wrong answers, the latest to open first.</param>
public sealed record AccountOverview(
    Account Account,
    DateTimeOffset? EmailVerifiedAt,
    bool HasPassword,
    IReadOnlyList<TotpAuthenticator> Authenticators,
    int RecoveryCodesLeft,
    KeptEnrollmentCode? EnrollmentCode,
    IReadOnlyList<GatewaySession> Sessions,
    IReadOnlyList<AccountLock> Locks);

/// <summary>Reads it, for pages and commands alike.</summary>
public sealed class AccountOverviewReader(
    AccountStore accounts,
    MagicCodeStore codes,
    PasswordStore passwords,
    AccountFactorsReader factors,
    RecoveryCodeStore recoveryCodes,
    SessionStore sessions,
    AttemptStore attempts,
    GatewaySessionOptions sessionOptions,
    TimeProvider time)
{
    /// <returns>Null when there is no such account.</returns>
    public async Task<AccountOverview?> ReadAsync(string? accountId, CancellationToken cancellationToken)
    {
        if (accountId is null || await accounts.FindAsync(accountId, cancellationToken) is not { } account)
            return null;

        var now = time.GetUtcNow();
        var held = await factors.ReadAsync(account.Id, flowId: null, cancellationToken);
        var set = await recoveryCodes.FindSetAsync(account.Id, cancellationToken);
        var open = await sessions.ListAsync(account.Id, cancellationToken);
        return new AccountOverview(
            account,
            await codes.FindVerifiedAtAsync(account.Id, EmailAddress.Fold(account.Email), cancellationToken),
            await passwords.FindHashAsync(account.Id, cancellationToken) is not null,
            held.Authenticators,
            set?.Remaining ?? 0,
            held.Code,
            [.. open.Where(session => SessionRules.IsLive(session, session.LastSeenAt, now, sessionOptions))],
            await attempts.FindLocksAsync(account.Id, now, cancellationToken));
    }
}
