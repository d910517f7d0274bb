using System.Globalization;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Mail;

namespace MfaGateway.Core.Factors.MagicCodes;

/// <summary>What administrators set of the mailed codes: for applications, and for single people. It holds from the next code on.</summary>
public sealed class MagicCodeAdministration(
    MagicCodes codes, ApplicationCodes ready, ApplicationStore applications, ApplicationSecrets secrets, MagicCodeStore store, Notices notices, TimeProvider time)
{
    public const int LeastMinutes = 5;
    public const int MostMinutes = 1440;

    /// <summary>What holds for an application now.</summary>
    public Task<ApplicationSettings> FindAsync(string applicationId, CancellationToken cancellationToken) =>
        codes.SettingsOfAsync(applicationId, cancellationToken);

    /// <returns>False when a value is outside its range; nothing changed.</returns>
    public async Task<bool> TrySetAsync(string applicationId, ApplicationSettings wanted, Actor actor, CancellationToken cancellationToken)
    {
        if (wanted.Digits is < MagicCodeAlgorithm.MinDigits or > MagicCodeAlgorithm.MaxDigits
            || wanted.LifetimeMinutes is < LeastMinutes or > MostMinutes)
        {
            return false;
        }

        var what = string.Create(CultureInfo.InvariantCulture, $"{applicationId}: {wanted.Digits} digits, {wanted.LifetimeMinutes} minutes");
        await applications.SetSettingsAsync(applicationId, wanted, TraceOf(AuditEvents.ApplicationChanged, null, what, actor), cancellationToken);
        await ready.RefreshAsync(CancellationToken.None);
        return true;
    }

    /// <summary>Makes a new secret for an application. Codes under way stay good for their time.</summary>
    public Task<int?> TryRotateAsync(string applicationId, Actor actor, CancellationToken cancellationToken) =>
        secrets.TryRotateAsync(
            applicationId, time.GetUtcNow(), TraceOf(AuditEvents.ApplicationSecretRotated, null, applicationId, actor), cancellationToken);

    public Task<MagicCodeSwitches> FindSwitchesAsync(string accountId, CancellationToken cancellationToken) =>
        store.FindSwitchesAsync(accountId, cancellationToken);

    /// <summary>Switches signing in by mail off for a person, or leaves it to them again, and tells them of it.</summary>
    public async Task<AccountChange> SwitchAsync(Account account, bool on, Actor actor, CancellationToken cancellationToken)
    {
        var told = new Notice(on ? NoticeKind.MagicCodesOn : NoticeKind.MagicCodesOff, account, time.GetUtcNow(), actor.ClientAddress)
        {
            Detail = Notice.ByAdministrator,
        };
        var trace = TraceOf(AuditEvents.MagicCodeSwitched, account.Id, on ? "on" : "off", actor) with { Mails = notices.Prepare(told) };
        if (!await store.SwitchAsync(account.Id, MagicCodeSwitch.Administrator, !on, trace, cancellationToken))
            return AccountChange.AccountGone;

        return AccountChange.Done;
    }

    private ChangeTrace TraceOf(string what, string? accountId, string detail, Actor actor) =>
        new(new(time.GetUtcNow(), what, accountId, actor.Name, actor.ClientAddress, Succeeded: true, detail), []);
}
