using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.Challenges;

/// <summary>The secrets of authenticators that are not enrolled yet: one a flow, as long as the flow lives.</summary>
public sealed class PendingAuthenticators(TotpStore totp, TotpSecrets secrets, TotpOptions options)
{
    /// <summary>The secret of the flow, which is made on the first call.</summary>
    public Task<PendingTotp> AddOrGetAsync(ChallengeFlow flow, DateTimeOffset now, CancellationToken cancellationToken) =>
        totp.AddOrGetPendingAsync(Make(flow), now, cancellationToken);

    /// <summary>The same in the transaction that leads the flow there.</summary>
    internal Task<PendingTotp> AddOrGetAsync(Transaction transaction, ChallengeFlow flow, DateTimeOffset now) =>
        TotpStore.AddOrGetPendingAsync(transaction, Make(flow), now);

    /// <summary>The secret of the flow; null where none was made.</summary>
    public Task<PendingTotp?> FindAsync(ChallengeFlow flow, DateTimeOffset now, CancellationToken cancellationToken) =>
        totp.FindPendingAsync(flow.Id, now, cancellationToken);

    private PendingTotp Make(ChallengeFlow flow)
    {
        var parameters = options.ForNewAuthenticators();
        var secret = secrets.Protect(flow.AccountId, TotpSecret.Generate(parameters.Algorithm));
        return new PendingTotp(flow.Id, flow.AccountId, secret, parameters, flow.ExpiresAt);
    }
}
