namespace MfaGateway.Pages.Account;

/// <summary>What a person just did to their own account. Only these words are understood; what a link says is never shown.</summary>
public static class AccountNotices
{
    public const string PasswordChanged = "password-changed";
    public const string AuthenticatorAdded = "authenticator-added";
    public const string AuthenticatorRenamed = "authenticator-renamed";
    public const string AuthenticatorRemoved = "authenticator-removed";
    public const string SecondFactorOff = "second-factor-off";
    public const string RecoveryCodesMade = "recovery-codes-made";
    public const string EmailSignInOn = "email-sign-in-on";
    public const string EmailSignInOff = "email-sign-in-off";
    public const string BrowserForgotten = "browser-forgotten";
    public const string SessionEnded = "session-ended";
    public const string SessionsEnded = "sessions-ended";

    public static string? TextOf(string? notice) => notice switch
    {
        PasswordChanged => "Password changed. Your other devices are signed out.",
        AuthenticatorAdded => "Authenticator added. Your other devices are signed out.",
        AuthenticatorRenamed => "Authenticator renamed.",
        AuthenticatorRemoved => "Authenticator removed. Your other devices are signed out.",
        SecondFactorOff => "Two-factor authentication is off. Your other devices are signed out.",
        RecoveryCodesMade => "New recovery codes saved. The old ones no longer work. Your other devices are signed out.",
        EmailSignInOn => "Saved. You can sign in with a code by email.",
        EmailSignInOff => "Saved. Signing in with a code by email is off.",
        BrowserForgotten => "Browser forgotten.",
        SessionEnded => "Session ended.",
        SessionsEnded => "Signed out everywhere else.",
        _ => null,
    };
}
