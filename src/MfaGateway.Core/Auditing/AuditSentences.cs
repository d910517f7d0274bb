using MfaGateway.Core.Access;

namespace MfaGateway.Core.Auditing;

/// <summary>What an entry tells, as a sentence for people: on one's own activity page and in the administrators' list.</summary>
/// <remarks>Whom it is about, who did it and from where stands beside it. A new event gets its sentences here.</remarks>
public static class AuditSentences
{
    private static readonly Dictionary<string, Func<AuditEntry, string>> ByEvent = new(StringComparer.Ordinal)
    {
        [AuditEvents.FactorChecked] = FactorSentences.Describe,
        [AuditEvents.FlowEnded] = Always("Sign-in ended after too many wrong answers"),
        [AuditEvents.AddressClosed] = Always("Address closed for a while after too many wrong passwords"),
        [AuditEvents.SessionStarted] = entry => entry.Detail == StrengthNames.Of(Strength.OneFactor)
            ? "Signed in"
            : "Signed in with a second factor",
        [AuditEvents.SessionEnded] = entry => entry.Detail switch
        {
            SessionEndings.Others => "Signed out everywhere else",
            SessionEndings.Another => "Signed out another browser",
            { } detail when detail.StartsWith("all", StringComparison.Ordinal) => "Signed out everywhere",
            _ => "Signed out",
        },
        [AuditEvents.BrowserForgotten] = Always("Forgot a known browser"),
        [AuditEvents.AuthenticatorEnrolled] = Always("Added an authenticator"),
        [AuditEvents.AuthenticatorRenamed] = Always("Renamed an authenticator"),
        [AuditEvents.AuthenticatorRemoved] = Always("Removed an authenticator"),
        [AuditEvents.SecondFactorOff] = Always("Switched the second factor off"),
        [AuditEvents.RecoveryCodesMade] = Always("Made new recovery codes"),
        [AuditEvents.AccountAdded] = WithDetail("Account added"),
        [AuditEvents.AccountDisabled] = Always("Account disabled"),
        [AuditEvents.AccountEnabled] = Always("Account enabled again"),
        [AuditEvents.AccountUnlocked] = Always("Account unlocked: wrong passwords and codes forgotten"),
        [AuditEvents.AccountInvited] = Always("Made a link to choose a password"),
        [AuditEvents.AccountEdited] = WithDetail("Account edited"),
        [AuditEvents.AccountRenamed] = WithDetail("Account renamed"),
        [AuditEvents.AccountDeleted] = WithDetail("Account deleted"),
        [AuditEvents.SecondFactorReset] = WithDetail("Second factor reset"),
        [AuditEvents.MagicCodeSent] = WithDetail("Sent a code by e-mail"),
        [AuditEvents.MagicCodeApproved] = WithDetail("Confirmed a sign-in by the link in the mail"),
        [AuditEvents.MagicCodeSwitched] = WithDetail("Signing in by e-mail"),
        [AuditEvents.ApplicationChanged] = WithDetail("Changed the codes of an application"),
        [AuditEvents.ApplicationSecretRotated] = WithDetail("Made a new secret for an application"),
        [AuditEvents.PasswordResetSent] = Always("Link to a new password asked for"),
        [AuditEvents.PasswordSet] = WithDetail("Password set"),
        [AuditEvents.StoreRestored] = WithDetail("Restored the store from a backup"),
        [AuditEvents.ClockReset] = WithDetail("Took this machine's clock as right"),
        [AuditEvents.MailRetried] = Always("Had undelivered mails tried again"),
        [AuditEvents.ChainBroken] = Always("The audit log was changed from outside before this entry"),
        [AuditEvents.AuditTrimmed] = entry => $"Deleted old audit entries ({entry.Detail})",
    };

    /// <summary>The names of all events that have a sentence.</summary>
    public static IReadOnlyCollection<string> Events => ByEvent.Keys;

    /// <summary>One sentence without a full stop. An event of a newer version is shown by its name.</summary>
    public static string Describe(AuditEntry entry)
    {
        var sentence = ByEvent.TryGetValue(entry.Event, out var describe) ? describe(entry) : entry.Event;
        return entry.Succeeded || OfFailures.Contains(entry.Event) ? sentence : $"Refused: {sentence}";
    }

    // Their sentences say themselves what went wrong.
    private static readonly HashSet<string> OfFailures =
        new(StringComparer.Ordinal) { AuditEvents.FactorChecked, AuditEvents.FlowEnded, AuditEvents.AddressClosed, AuditEvents.ChainBroken };

    private static Func<AuditEntry, string> WithDetail(string sentence) =>
        entry => string.IsNullOrEmpty(entry.Detail) ? sentence : $"{sentence}: {entry.Detail}";

    private static Func<AuditEntry, string> Always(string sentence) => _ => sentence;
}
