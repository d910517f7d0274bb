using MfaGateway.Core.Mail;

namespace MfaGateway.Mail.Templates;

/// <summary>The names that templates may use.</summary>
internal static class MailNames
{
    /// <summary>
    /// In what a language says. Neither a code nor a link is among them: those stand where the layout puts them, and never in a subject,
    /// which mail servers log.
    /// </summary>
    public static IReadOnlyList<string> OfWordings { get; } =
    [
        "site", "contact", "accountPage", "name", "account", "formerAccount", "email", "address", "device", "reason", "until", "minutes", "number", "most", "hasLink",
        "byAdministrator",
    ];

    /// <summary>Phrases that every language has.</summary>
    public static IReadOnlyList<string> OfPhrases { get; } =
        ["greeting", "account", "when", "from", "device", "reason", "help", "noReply"];

    /// <summary>In the layouts.</summary>
    public static IReadOnlyList<string> OfLayouts { get; } =
    [
        "language", "direction", "site", "subject", "greeting", "what", "code", "link", "linkLabel", "facts", "label", "value", "advice", ".", "help",
        "noReply",
    ];

    /// <summary>Without these a layout would leave out what the mail is for.</summary>
    public static IReadOnlyList<string> NeededInLayouts { get; } = ["what", "code", "link", "facts", "advice"];

    /// <summary>Mails whose purpose is a link.</summary>
    public static bool HasLink(NoticeKind kind) => kind is NoticeKind.MagicCode or NoticeKind.PasswordReset or NoticeKind.InvitedToSignIn;
}
