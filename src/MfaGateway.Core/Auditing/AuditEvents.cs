namespace MfaGateway.Core.Auditing;

/// <summary>The names of audit events. They are stored and searched for: add, never rename.</summary>
public static class AuditEvents
{
    public const string FactorChecked = "factor.checked";
    public const string FlowEnded = "flow.ended";

    /// <summary>So many wrong passwords came from an address that none is taken from it for a while. What comes meanwhile is not recorded one by one.</summary>
    public const string AddressClosed = "address.closed";

    public const string SessionStarted = "session.started";
    public const string SessionEnded = "session.ended";
    public const string BrowserForgotten = "browser.forgotten";
    public const string AuthenticatorEnrolled = "authenticator.enrolled";
    public const string AuthenticatorRenamed = "authenticator.renamed";
    public const string AuthenticatorRemoved = "authenticator.removed";
    public const string SecondFactorOff = "second-factor.off";
    public const string RecoveryCodesMade = "recovery-codes.made";
    public const string AccountAdded = "account.added";
    public const string AccountDisabled = "account.disabled";
    public const string AccountEnabled = "account.enabled";
    public const string AccountUnlocked = "account.unlocked";
    public const string AccountEdited = "account.edited";
    public const string AccountInvited = "account.invited";
    public const string AccountRenamed = "account.renamed";

    /// <summary>The detail is the user name that the account had.</summary>
    public const string AccountDeleted = "account.deleted";

    public const string SecondFactorReset = "second-factor.reset";
    public const string PasswordSet = "password.set";
    public const string PasswordResetSent = "password.reset-sent";

    public const string MagicCodeSent = "magic-code.sent";
    public const string MagicCodeApproved = "magic-code.approved";
    public const string MagicCodeSwitched = "magic-code.switched";
    public const string ApplicationChanged = "application.changed";
    public const string ApplicationSecretRotated = "application.secret-rotated";

    /// <summary>What could not be delivered was made due at once.</summary>
    public const string MailRetried = "mail.retried";

    /// <summary>The gateway found the head of the audit chain changed, and went on from what was there.</summary>
    public const string ChainBroken = "audit.broken";

    /// <summary>An operator took a machine's clock as right, against the latest time that the store knew.</summary>
    public const string ClockReset = "clock.reset";

    /// <summary>The store was filled from a backup. The detail says of when that is.</summary>
    public const string StoreRestored = "store.restored";

    /// <summary>Retention deleted the oldest entries.</summary>
    public const string AuditTrimmed = "audit.trimmed";
}
