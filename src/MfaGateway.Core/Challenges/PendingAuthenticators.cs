using MfaGateway.Core.Factors.Totp;

namespace MfaGateway.Core.Challenges;

/// <summary>The secrets of authenticators that are not enrolled yet: one a flow, as long as the flow lives.</summary>
public sealed class PendingAuthenticators(TotpStore totp, TotpSecrets secrets, TotpOptions options)
{
    /// <summary>The secret of the flow, which is made on the first call.</summary>
    public Task<PendingTotp> AddOrGetAsync(ChallengeFlow flow, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var parameters = options.ForNewAuthenticators();
        var secret = secrets.Protect(flow.AccountId, TotpSecret.Generate(parameters.Algorithm));
        return totp.AddOrGetPendingAsync(new(flow.Id, flow.AccountId, secret, parameters, flow.ExpiresAt), now, cancellationToken);
    }

    /// <summary>The secret of the flow; null where none was made.</summary>
    public Task<PendingTotp?> FindAsync(ChallengeFlow flow, DateTimeOffset now, CancellationToken cancellationToken) =>
        totp.FindPendingAsync(flow.Id, now, cancellationToken);
}
