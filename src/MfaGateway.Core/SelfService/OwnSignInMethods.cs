using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Mail;
using MfaGateway.Core.Storage;

namespace MfaGateway.Core.SelfService;

/// <summary>Whether a person wants to be able to sign in by a code that is sent by e-mail.</summary>
public sealed class OwnSignInMethods(
    MagicCodeStore store, OwnChangeStore changes, AccountFactorsReader factors, Notices notices, MagicCodeOptions options, TimeProvider time)
{
    /// <summary>Whether there is anything to choose.</summary>
    public bool IsOffered => options.Enabled;

    public Task<MagicCodeSwitches> FindAsync(string accountId, CancellationToken cancellationToken) =>
        store.FindSwitchesAsync(accountId, cancellationToken);

    /// <summary>Switches it on or off, ends the person's other sessions and what was under way, and tells them of it. What an administrator has switched off stays off.</summary>
    public async Task<OwnChange> SwitchAsync(ActingSession who, bool on, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var held = await factors.ReadAsync(who.Account.Id, flowId: null, cancellationToken);
        if (!who.MayChange(held.Enrolled, now))
            return new OwnChange.StepUpFirst();

        var told = notices.Prepare(who.NoticeOf(on ? NoticeKind.MagicCodesOn : NoticeKind.MagicCodesOff, now));
        var trace = new ChangeTrace(who.EntryOf(AuditEvents.MagicCodeSwitched, now, on ? "on" : "off"), told);
        var token = SecretToken.New();
        switch (await changes.SwitchMagicCodesAsync(who.Renew(token, now), !on, trace, cancellationToken))
        {
            case OwnSwitching.Switched:
                return new OwnChange.Done(token);

            case OwnSwitching.WasSo:
                return new OwnChange.Done(SessionToken: null);

            default:
                return new OwnChange.SessionOver();
        }
    }
}
