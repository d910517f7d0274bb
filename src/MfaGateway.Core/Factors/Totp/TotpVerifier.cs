using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Factors.Totp;

/// <summary>Checks a code against all of an account's authenticators and spends the step that it matched.</summary>
public sealed class TotpVerifier(ITotpStore store, TotpSecrets secrets, TotpOptions options)
{
    /// <param name="typed">As typed; an authenticator whose length it does not have can't match.</param>
    public async Task<FactorVerdict> VerifyAsync(
        string accountId, string? typed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var verdict = FactorVerdict.Wrong;
        foreach (var authenticator in await store.ListAsync(accountId, cancellationToken))
        {
            if (FindStep(authenticator, typed, now) is not { } step)
                continue;

            // RFC 6238 5.2: a code is accepted once. The store decides, by rows affected.
            if (await store.TryAdvanceTotpStepAsync(authenticator.Id, step, now, cancellationToken))
                return FactorVerdict.Right;

            verdict = FactorVerdict.AlreadyUsed;
        }

        return verdict;
    }

    /// <summary>Whether it could be a code of any of these authenticators, right or wrong.</summary>
    public static bool IsCode(string? typed, IEnumerable<TotpAuthenticator> authenticators) =>
        authenticators.Any(authenticator => OneTimeCodeInput.TryNormalize(typed, authenticator.Parameters.Digits, out _));

    private long? FindStep(TotpAuthenticator authenticator, string? typed, DateTimeOffset now)
    {
        if (!OneTimeCodeInput.TryNormalize(typed, authenticator.Parameters.Digits, out var code))
            return null;

        var secret = secrets.Unprotect(authenticator.AccountId, authenticator.ProtectedSecret);
        return TotpAlgorithm.FindMatchingStep(secret, code, now, authenticator.Parameters, options.SkewSteps);
    }
}
