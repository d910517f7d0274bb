namespace MfaGateway.Core.Factors.Totp;

/// <summary>An enrolled device. It keeps the parameters it was made with, whatever the configuration says later.</summary>
/// <param name="Name">What the person called the device; 1 to 64 characters.</param>
/// <param name="ProtectedSecret">The secret, encrypted for this account and this kind (see <c>TotpSecrets</c>).</param>
/// <param name="LastUsedStep">The highest time step a code was accepted for. No code of it or an earlier one passes again.</param>
public sealed record TotpAuthenticator(
    string Id,
    string AccountId,
    string Name,
    byte[] ProtectedSecret,
    TotpParameters Parameters,
    long LastUsedStep,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt);

/// <summary>A secret that was shown but not yet verified. It lives beside the active ones and replaces nothing.</summary>
/// <param name="FlowId">The flow it was made in; one flow has at most one.</param>
/// <param name="ExpiresAt">At most 10 minutes after it was made.</param>
public sealed record PendingTotp(
    string FlowId,
    string AccountId,
    byte[] ProtectedSecret,
    TotpParameters Parameters,
    DateTimeOffset ExpiresAt);
