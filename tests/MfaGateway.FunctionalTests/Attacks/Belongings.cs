using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.SelfService;
using MfaGateway.Core.Sessions;
using MfaGateway.TestKit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>All that is somebody's own, so that an attack on it can be seen to have changed nothing.</summary>
/// <param name="Ids">Of all of it.</param>
/// <param name="EntriesInTheTrail">How much the audit log says of the account.</param>
internal sealed record Belongings(
    IReadOnlyList<string> Ids, Account? Account, string? PasswordHash, object? RecoveryCodes, IReadOnlyList<TotpAuthenticator> Authenticators,
    IReadOnlyList<GatewaySession> Sessions, IReadOnlyList<KnownBrowser> Browsers, int EntriesInTheTrail)
{
    public static async Task<Belongings> ReadAsync(GatewayUnderTest gateway, TestPerson person)
    {
        var none = CancellationToken.None;
        var authenticators = await gateway.Get<TotpStore>().ListAsync(person.AccountId, none);
        var sessions = await gateway.Get<SessionStore>().ListAsync(person.AccountId, none);
        var browsers = await gateway.Get<OwnBrowsers>().ListAsync(person.AccountId, none);
        var trail = await gateway.Get<AuditStore>().ListAsync(new AuditFilter { AccountId = person.AccountId }, before: null, 500, none);
        return new Belongings(
            [person.AccountId, .. authenticators.Select(one => one.Id), .. sessions.Select(one => one.Id), .. browsers.Select(one => one.Id)],
            await gateway.Get<AccountStore>().FindAsync(person.AccountId, none),
            await gateway.Get<PasswordStore>().FindHashAsync(person.AccountId, none),
            await gateway.Get<RecoveryCodeStore>().FindSetAsync(person.AccountId, none),
            authenticators, sessions, browsers, trail.Count);
    }
}
