using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;

namespace MfaGateway.TestKit;

/// <summary>Opens limits as an administrator does, and closes them without the hundred answers that it takes from outside: it counts in the very buckets that answers count in.</summary>
public static class ClosedLimits
{
    /// <summary>Passwords from unknown browsers.</summary>
    /// <param name="accountId">Null for a name that nobody has.</param>
    public static Task CloseSignInAsync(this GatewayUnderTest gateway, string? accountId, string userName, AttemptLimit limit) => FillAsync(
        gateway,
        gateway.Get<AttemptLimits>().ForSignIn(accountId, UserNames.Fold(userName), browser: null, new ClientContext("192.0.2.1", "")),
        limit);

    /// <summary>Codes of the app.</summary>
    public static Task CloseCodesAsync(this GatewayUnderTest gateway, string accountId, AttemptLimit limit)
    {
        var now = gateway.Time.GetUtcNow();
        var flow = new ChallengeFlow(Identifiers.New(), [], accountId, "two-factor", "/", [], null, null, now, now, Version: 1);
        return FillAsync(gateway, gateway.Get<AttemptLimits>().ForCode(flow, FactorKind.Totp), limit);
    }

    /// <summary>Mailed codes from unknown browsers.</summary>
    public static Task CloseMailedCodesAsync(this GatewayUnderTest gateway, string accountId, AttemptLimit limit) => FillAsync(
        gateway,
        gateway.Get<AttemptLimits>().ForMailedCode(Identifiers.New(), accountId, string.Empty, browser: null, new ClientContext("192.0.2.1", "")),
        limit);

    /// <summary>An administrator's unlock.</summary>
    public static async Task UnlockAsync(this GatewayUnderTest gateway, string accountId)
    {
        var administration = gateway.Get<AdministrationService>();
        var account = await administration.FindAsync(accountId, CancellationToken.None);
        if (await administration.UnlockAsync(account!, Actor.Command, CancellationToken.None) != AccountChange.Done)
            throw new InvalidOperationException($"{account!.UserName} could not be unlocked.");
    }

    private static async Task FillAsync(GatewayUnderTest gateway, AttemptPlan plan, AttemptLimit limit)
    {
        var (store, now) = (gateway.Get<AttemptStore>(), gateway.Time.GetUtcNow());
        AttemptBucket[] bucket = [plan.Buckets.Single(one => one.Kind == limit)];
        while (await store.TryReserveAttemptAsync(bucket, now, CancellationToken.None) is AttemptReservation.Granted)
        {
        }
    }
}
