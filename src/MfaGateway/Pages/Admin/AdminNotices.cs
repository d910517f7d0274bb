using MfaGateway.Core.Accounts;

namespace MfaGateway.Pages.Admin;

/// <summary>What was just done. Only these words are understood; what a link says is never shown.</summary>
public static class AdminNotices
{
    public const string Saved = "saved";
    public const string Disabled = "disabled";
    public const string Enabled = "enabled";
    public const string Unlocked = "unlocked";
    public const string Renamed = "renamed";
    public const string Deleted = "deleted";
    public const string SessionEnded = "session-ended";
    public const string SessionsEnded = "sessions-ended";

    public const string SecretRotated = "secret-rotated";

    public const string MailDue = "mail-due";
    public const string MailDueSoon = "mail-due-soon";

    public static string? TextOf(string? notice) => notice switch
    {
        Saved => "Saved.",
        Disabled => "Disabled, and signed out everywhere.",
        Enabled => "Enabled: this person may sign in again.",
        Unlocked => $"Unlocked: wrong passwords and codes are forgotten. {AdministrationService.AddressesStay}",
        Renamed => "Renamed, signed out everywhere and notified by email.",
        Deleted => "The account was deleted.",
        SessionEnded => "That session has ended.",
        SessionsEnded => "Signed out everywhere.",
        SecretRotated => "A new secret was made. Codes that are under way stay good for their time.",
        MailDue => "What waits is tried again now. Look again in a moment: what is gone from here was delivered.",
        MailDueSoon => "Nothing waits that is not tried again within minutes anyway.",
        _ => null,
    };
}
