using MfaGateway.Core.Auditing;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Factors.Totp;

/// <summary>Checks a code against all of an account's authenticators and spends the step that it matched.</summary>
public sealed class TotpVerifier(TotpStore store, TotpSecrets secrets, TotpOptions options)
{
    /// <summary>How far back a code is recognized, to tell the person that the phone's clock is slow.</summary>
    private static readonly TimeSpan LongestClockError = TimeSpan.FromMinutes(20);

    /// <param name="entry">What is recorded of a right one, in the transaction that spends its step.</param>
    /// <param name="typed">As typed; an authenticator whose length it does not have can't match.</param>
    public async Task<FactorVerdict> VerifyAsync(
        string accountId, string? typed, DateTimeOffset now, AuditEntry? entry, CancellationToken cancellationToken)
    {
        var verdict = FactorVerdict.Wrong;
        foreach (var authenticator in await store.ListAsync(accountId, cancellationToken))
        {
            if (FindStep(authenticator, typed, now) is not { } step)
            {
                if (verdict.Result == FactorResult.Wrong && FindAge(authenticator, typed, now) is { } age)
                    verdict = FactorVerdict.TooOld(age);
                continue;
            }

            // RFC 6238 5.2: a code is accepted once. The store decides, by rows affected.
            if (await store.TryAdvanceTotpStepAsync(authenticator.Id, step, now, entry, cancellationToken))
                return FactorVerdict.Right with { IsRecorded = entry is not null };

            // A new one is there as soon as the app's step is past the last one that counts as used.
            verdict = FactorVerdict.AlreadyUsed(TotpAlgorithm.StartOf(step + 1, authenticator.Parameters));
        }

        return verdict;
    }

    /// <summary>Whether it could be a code of any of these authenticators, right or wrong.</summary>
    public static bool IsCode(string? typed, IEnumerable<TotpAuthenticator> authenticators) =>
        authenticators.Any(authenticator => OneTimeCodeInput.TryNormalize(typed, authenticator.Parameters.Digits, out _));

    /// <summary>How long ago the code was good. Only the past is looked at: a code of the future still opens something.</summary>
    private TimeSpan? FindAge(TotpAuthenticator authenticator, string? typed, DateTimeOffset now)
    {
        var parameters = authenticator.Parameters;
        if (!OneTimeCodeInput.TryNormalize(typed, parameters.Digits, out var code))
            return null;

        var secret = secrets.Unprotect(authenticator.AccountId, authenticator.ProtectedSecret);
        var oldest = (int)Math.Min(LongestClockError.TotalSeconds / parameters.PeriodSeconds, TotpAlgorithm.MaxSkewSteps);
        return TotpAlgorithm.FindPastStep(secret, code, now, parameters, options.SkewSteps, oldest) is { } step
            ? now - TotpAlgorithm.StartOf(step, parameters)
            : null;
    }

    private long? FindStep(TotpAuthenticator authenticator, string? typed, DateTimeOffset now)
    {
        if (!OneTimeCodeInput.TryNormalize(typed, authenticator.Parameters.Digits, out var code))
            return null;

        var secret = secrets.Unprotect(authenticator.AccountId, authenticator.ProtectedSecret);
        return TotpAlgorithm.FindMatchingStep(secret, code, now, authenticator.Parameters, options.SkewSteps);
    }
}
