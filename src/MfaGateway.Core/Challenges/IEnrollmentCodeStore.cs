using MfaGateway.Core.Auditing;

namespace MfaGateway.Core.Challenges;

/// <summary>
/// Codes without which nobody enrols a first authenticator for an account. They are made by a reset of the second factor and go
/// in the transaction that keeps the new authenticator; see <c>ITotpStore.TryConfirmPendingAsync</c>.
/// </summary>
public interface IEnrollmentCodeStore
{
    /// <summary>What is kept of the account's code, whether or not its time is over; null where none is needed.</summary>
    Task<KeptEnrollmentCode?> FindAsync(string accountId, CancellationToken cancellationToken);

    /// <summary>
    /// Notes the flow in which the code was given: that one may enrol, and no other. Given once more in another flow, it is
    /// that one's, so that a closed tab costs nobody the code.
    /// </summary>
    /// <returns>False when the hash is not that of the account's code, or its time is over.</returns>
    Task<bool> TryGiveAsync(
        string accountId, byte[] codeHash, string flowId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The same, recorded in the same transaction.</summary>
    Task<bool> TryGiveAsync(
        string accountId, byte[] codeHash, string flowId, AuditEntry? entry, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <param name="GivenInFlowId">The flow that may enrol; null when nobody has given the code yet.</param>
public sealed record KeptEnrollmentCode(DateTimeOffset ExpiresAt, string? GivenInFlowId);

/// <summary>A code that opens the enrolment, as it is kept.</summary>
public sealed record NewEnrollmentCode(byte[] Hash, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt);
