using MfaGateway.Core.Accounts;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Challenges;

/// <summary>Tells a person that somebody who knows the password is guessing codes.</summary>
public sealed class GuessNotices(AttemptStore attempts, AttemptLimits limits, AttemptOptions options, Notices notices)
{
    // Where it is set above the limit there would never be so many.
    private int NoticeAt => Math.Min(options.PerAccount.NoticeAt, options.PerAccount.Count);

    /// <param name="failed">A wrong code, as it was counted.</param>
    public async Task TellAsync(GuardOutcome.Failed failed, Account account, DateTimeOffset now, ClientContext client)
    {
        foreach (var one in failed.Counted)
        {
            if (await KindOfAsync(one, account.Id, now) is { } kind)
                await notices.TellAsync(new(kind, account, now, client.Address), CancellationToken.None);
        }
    }

    private async Task<NoticeKind?> KindOfAsync(CountedAttempt one, string accountId, DateTimeOffset now) => one.Bucket.Kind switch
    {
        AttemptLimit.Codes when one.State.Attempts >= NoticeAt && await IsFirstAsync(one, accountId, now) => NoticeKind.WrongCodes,
        AttemptLimit.CodesInARow when one.State.Closed => NoticeKind.FactorSuspended,
        _ => null,
    };

    // Not by the count alone: the owner's slips are taken back, so it can come by the same number twice; and where the program
    // was killed before it told of the fifth, the sixth does.
    private async Task<bool> IsFirstAsync(CountedAttempt codes, string accountId, DateTimeOffset now) =>
        await attempts.TryReserveAttemptAsync([limits.ForNotice(accountId, codes.State.Window)], now, CancellationToken.None)
            is AttemptReservation.Granted;
}
