using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.RecoveryCodes;

namespace MfaGateway.Core.Factors.Totp;

/// <summary>Authenticators and the one-way counter of each.</summary>
public interface ITotpStore
{
    Task<IReadOnlyList<TotpAuthenticator>> ListAsync(string accountId, CancellationToken cancellationToken);

    /// <summary>
    /// The one-time use of a code: sets the last used step if, and only if, the given one is greater.
    /// One conditional UPDATE, on disk before it answers (RFC 6238 section 5.2).
    /// </summary>
    /// <returns>True for exactly one caller per step.</returns>
    /// <param name="usedAt">When a code of it was used; null where the step is only burnt.</param>
    Task<bool> TryAdvanceTotpStepAsync(string authenticatorId, long step, DateTimeOffset? usedAt, CancellationToken cancellationToken);

    /// <summary>The same, recorded in the same transaction.</summary>
    Task<bool> TryAdvanceTotpStepAsync(string authenticatorId, long step, DateTimeOffset? usedAt, AuditEntry? entry, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps a pending secret for its flow unless the flow has an unexpired one, and gives the one that is kept:
    /// a page that is loaded twice shows the secret that was scanned. An expired one is replaced.
    /// </summary>
    Task<PendingTotp> AddOrGetPendingAsync(PendingTotp candidate, DateTimeOffset now, CancellationToken cancellationToken);

    Task<PendingTotp?> FindPendingAsync(string flowId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Turns a flow's pending secret into an authenticator: removes the one and adds the other in one transaction. It must
    /// be the very secret that the authenticator holds; one that was offered since stays. Every other session and flow of
    /// the account ends with it; the flow itself and the session that it steps up go on.
    /// </summary>
    /// <param name="first">
    /// The recovery codes that come with an account's first authenticator, written in the same transaction. Given, it is
    /// refused when the account has one by now: two that were begun side by side must not both be "the first".
    /// </param>
    /// <param name="traces">What tells of it, kept in the same transaction.</param>
    /// <returns>
    /// False when there is no such unexpired pending secret, another caller was first, or the account has a code for its
    /// enrolment that was not given in this flow (one that was is spent here).
    /// </returns>
    Task<bool> TryConfirmPendingAsync(
        string flowId,
        TotpAuthenticator authenticator,
        NewRecoveryCodes? first,
        IReadOnlyList<ChangeTrace> traces,
        DateTimeOffset now,
        CancellationToken cancellationToken);

    Task DeletePendingAsync(string flowId, CancellationToken cancellationToken);

    /// <param name="name">1 to 64 characters; see <c>DeviceNames</c>.</param>
    /// <returns>Whether this account has that authenticator.</returns>
    Task<bool> RenameAsync(string accountId, string authenticatorId, string name, CancellationToken cancellationToken);
}
