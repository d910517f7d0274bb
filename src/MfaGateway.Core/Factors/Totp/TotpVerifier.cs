using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Factors.Totp;

/// <summary>Checks a code against all of an account's authenticators and spends the step that it matched.</summary>
public sealed class TotpVerifier(TotpStore store, TotpSecrets secrets, TotpOptions options)
{
    /// <summary>How far back a code is recognized, to tell the person that the phone's clock is slow.</summary>
    private static readonly TimeSpan LongestClockError = TimeSpan.FromMinutes(20);

    /// <param name="typed">As typed; an authenticator whose length it does not have can't match.</param>
    public async Task<FactorVerdict> VerifyAsync(string accountId, string? typed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var verdict = FactorVerdict.Wrong;
        List<(TotpAuthenticator Authenticator, long Step)> matches = [];
        foreach (var authenticator in await store.ListAsync(accountId, cancellationToken))
        {
            if (FindStep(authenticator, typed, now) is { } step)
                matches.Add((authenticator, step));
            else if (verdict.Result == FactorResult.Wrong && FindAge(authenticator, typed, now) is { } age)
                verdict = FactorVerdict.TooOld(age);
        }

        return matches.Count == 0 ? verdict : FactorVerdict.Right with { Take = transaction => TakeAsync(transaction, matches, now) };
    }

    /// <summary>Whether it could be a code of any of these authenticators, right or wrong.</summary>
    public static bool IsCode(string? typed, IEnumerable<TotpAuthenticator> authenticators) =>
        authenticators.Any(authenticator => OneTimeCodeInput.TryNormalize(typed, authenticator.Parameters.Digits, out _));

    // RFC 6238 5.2: a code is accepted once. The store decides, by rows affected.
    private static async Task<FactorVerdict> TakeAsync(
        Transaction transaction, IEnumerable<(TotpAuthenticator Authenticator, long Step)> matches, DateTimeOffset now)
    {
        var verdict = FactorVerdict.Wrong;
        foreach (var (authenticator, step) in matches)
        {
            if (await transaction.Totp.TryAdvanceStepAsync(authenticator.Id, step, now))
                return FactorVerdict.Right;

            // A new one is there as soon as the app's step is past the last one that counts as used.
            verdict = FactorVerdict.AlreadyUsed(TotpAlgorithm.StartOf(step + 1, authenticator.Parameters));
        }

        return verdict;
    }

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
