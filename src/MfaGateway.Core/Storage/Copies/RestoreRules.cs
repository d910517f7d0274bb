using MfaGateway.Core.Accounts;

namespace MfaGateway.Core.Storage.Copies;

/// <summary>
/// What of a backup holds again. Between it and now anything may have been used: nothing that is good once comes back. Pure.
/// </summary>
public static class RestoreRules
{
    /// <returns>The item as it is restored; null for one that is not.</returns>
    public static KeptItem? Of(KeptItem item, DateTimeOffset now) => item switch
    {
        KeptFact { Name: AccountStore.SetupToken } => null,
        KeptAccount account => Of(account, now),
        KeptCodeRequest or KeptMail or KeptSuccession or KeptKeyFile => null,
        _ => item,
    };

    private static KeptAccount Of(KeptAccount kept, DateTimeOffset now) => new(
        // What was begun with an epoch of before is not gone on with.
        kept.Account with { SignInEpoch = kept.Account.SignInEpoch + 1 },
        kept.Password,

        // RFC 6238 5.2: each step is used once. Which of those up to now were is not known: all of them, and the next.
        [.. kept.Authenticators.Select(one => one with { LastUsedStep = Math.Max(one.LastUsedStep, StepAt(now, one.Parameters.PeriodSeconds) + 1) })],

        // Which of them were used is not known either: none is good, and the person is asked to make new ones.
        kept.RecoveryCodes is { } codes ? codes with { Hashes = [] } : null,
        kept.RecoveryCodesMadeAt,

        // It is still asked for, so that a password alone does not enrol. An administrator makes another one.
        kept.EnrollmentCode is { } code ? code with { ExpiresAt = code.ExpiresAt < now ? code.ExpiresAt : now, GivenInFlowId = null } : null);

    private static long StepAt(DateTimeOffset now, int period) => now.ToUnixTimeSeconds() / period;
}
