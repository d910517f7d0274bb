using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Factors.RecoveryCodes;

/// <summary>Checks and spends recovery codes.</summary>
public sealed class RecoveryCodeVerifier(RecoveryCodeStore store, TotpOptions totp)
{
    public async Task<bool> AnyLeftAsync(string accountId, CancellationToken cancellationToken) =>
        await store.FindSetAsync(accountId, cancellationToken) is { Remaining: > 0 };

    /// <summary>Whoever needs a recovery code may have lost the phone: what it shows right now is spent with the code.</summary>
    /// <returns>Unless it can't be a code, the store decides, where the one with its hash is taken.</returns>
    /// <param name="mails">What tells the person, if the code is right.</param>
    public async Task<FactorVerdict> VerifyAsync(
        string accountId, string? typed, DateTimeOffset now, IReadOnlyList<OutboxMail> mails, CancellationToken cancellationToken)
    {
        if (!RecoveryCode.TryParse(typed, out var code))
            return FactorVerdict.Wrong;

        // Without a set the same work is done for nothing: how long it takes tells nobody whether there is one.
        var set = await store.FindSetAsync(accountId, cancellationToken);
        var hash = RecoveryCodeHash.Create(code, set?.Salt ?? RecoveryCodeHash.NewSalt());

        // A step ahead at least: a phone whose clock is fast shows the next code already.
        var burntAhead = Math.Max(1, totp.SkewSteps);
        return FactorVerdict.Right with
        {
            Take = async transaction => await RecoveryCodeStore.TryConsumeAsync(transaction, accountId, hash, now, burntAhead, mails)
                ? FactorVerdict.Right
                : FactorVerdict.Wrong,
        };
    }
}
