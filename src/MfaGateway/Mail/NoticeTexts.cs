using System.Globalization;
using MfaGateway.Core.Mail;

namespace MfaGateway.Mail;

/// <summary>What mails say, all in one place. Calm, short, and always what to do next.</summary>
internal static class NoticeTexts
{
    public static NoticeText Of(NoticeMail notice, MailSite site) => notice.Kind switch
    {
        NoticeKind.AuthenticatorAdded => new(
            $"An authenticator was added to your account at {site.Name}",
            $"An authenticator app was added to your account at {site.Name}. Its codes are a second factor from now on.",
            [Fine, NotYou(site)])
        { Facts = [("Device", notice.Detail)] },

        NoticeKind.AuthenticatorRemoved => new(
            $"An authenticator was removed from your account at {site.Name}",
            $"An authenticator app was removed from your account at {site.Name}. Its codes are not taken any more.",
            [Fine, NotYou(site)])
        { Facts = [("Device", notice.Detail)] },

        NoticeKind.SecondFactorOff => new(
            $"The second factor of your account at {site.Name} is off",
            $"The last authenticator was removed from your account at {site.Name}, and its recovery codes with it. "
            + "Until you add one again, your password is all that protects the account.",
            [Fine, NotYou(site)]),

        NoticeKind.SecondFactorReset => new(
            $"The second factor of your account at {site.Name} was reset",
            $"An administrator has reset the second factor of your account at {site.Name}. Its authenticators and recovery "
            + "codes are not taken any more, and you were signed out everywhere.",
            [
                "To set up a new authenticator you need, beside your password, a one-time code that an administrator gives you.",
                "If you did not ask for this, tell an administrator at once: somebody may have asked in your name.",
            ])
        { Facts = [("Reason", notice.Detail)] },

        NoticeKind.RecoveryCodeUsed => new(
            $"A recovery code was used for your account at {site.Name}",
            $"One of your recovery codes was used to sign in to your account at {site.Name}. It is spent; the others are still good.",
            [
                "If this was you, all is well. If you have lost the device with your authenticator, remove it from your account "
                + "and add a new one.",
                NotYou(site),
            ]),

        NoticeKind.RecoveryCodesMade => new(
            $"New recovery codes were made for your account at {site.Name}",
            $"New recovery codes were made for your account at {site.Name}. Those you had before are not taken any more.",
            [Fine, NotYou(site)]),

        NoticeKind.PasswordChanged => new(
            $"The password of your account at {site.Name} was changed",
            notice.ClientAddress is null
                ? $"An administrator has set a new password for your account at {site.Name}, and your sessions were ended."
                : $"The password of your account at {site.Name} was changed, and your other sessions were ended.",
            [Fine, NotYouAnyMore(site)]),

        NoticeKind.EmailChanged => new(
            $"The e-mail address of your account at {site.Name} was changed",
            $"Mail about your account at {site.Name} goes to {notice.AccountEmail} from now on.",
            [Fine, NotYouAnyMore(site)]),

        NoticeKind.WrongCodes => new(
            $"Wrong codes for your account at {site.Name}",
            $"Somebody gave the right password of your account at {site.Name}, and then several wrong codes. They did not get in.",
            [
                "If this was you: check that the clock of your device is right, or use one of your recovery codes.",
                "If this was not you, somebody knows your password: change it now" + At(site),
            ]),

        NoticeKind.FactorSuspended => new(
            $"Codes are not taken any more for your account at {site.Name}",
            $"So many wrong codes in a row were given for your account at {site.Name} that no more are taken. Nobody got in with them.",
            [
                "To use codes again, sign in with another factor, or ask an administrator to unlock your account.",
                "Whoever gave these codes may know your password. If it was not you, change it" + At(site),
            ]),

        NoticeKind.InvitedToSignIn => new(
            $"You are invited to {site.Name}",
            $"An account was made for you at {site.Name}.",
            [Invitation(notice, site), "If you did not expect this, you need not do anything."]),

        NoticeKind.MagicCode => new(
            $"Your code for {site.Name}",
            $"Your code to sign in to {site.Name} is {notice.Code}. This is code {notice.Number} of {notice.Most}; each is good until {Until(notice)}.",
            [
                LinkOf(notice, site) is { } link ? $"Or open this link: {link}" : "Type it where you were asked for it.",
                $"If you did not ask for it, tell nobody the code: whoever has it can sign in as you. You need not do anything else.",
            ]),

        NoticeKind.PasswordReset => new(
            $"Choose a new password for {site.Name}",
            $"Somebody, probably you, asked for a new password for your account at {site.Name}.",
            [
                LinkOf(notice, site) is { } link
                    ? $"Open this link to choose it. It works once, and until {Until(notice)}: {link}"
                    : "Ask the people who run the site for the link that lets you choose it.",
                "If it was not you, you need not do anything: your password stays as it is.",
            ]),

        _ => throw new InvalidOperationException($"There is no text for {notice.Kind}."),
    };

    private const string Fine = "If this was you, or you asked for it, all is well.";

    private static string NotYou(MailSite site) =>
        "If this was not you, somebody else may be able to use your account: change your password and end all other sessions now" + At(site);

    // Whoever did this may have shut the person out: their own pages are no help then.
    private static string NotYouAnyMore(MailSite site) =>
        $"If this was not you, somebody else may be using your account: tell the people who run {site.Name} at once.";

    private static string At(MailSite site) => site.AccountPage is { } page ? $", at {page}" : $" at {site.Name}.";

    private static string Until(NoticeMail notice) =>
        notice.GoodUntil?.ToUniversalTime().ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture) ?? "it is used";

    // The link was made for this site by the configured origin, or it is not sent: a request's Host chose no link.
    private static string? LinkOf(NoticeMail notice, MailSite site)
    {
        // Versions before the typed mails kept an invitation's link as its detail.
        var link = notice.Link ?? (notice.Kind == NoticeKind.InvitedToSignIn ? notice.Detail : null);
        return site.Origin is { } origin && link?.StartsWith(origin + "/", StringComparison.Ordinal) == true ? link : null;
    }

    private static string Invitation(NoticeMail notice, MailSite site) =>
        LinkOf(notice, site) is { } link
            ? $"Open this link to choose your password. It works once, and not for long: {link}"
            : "Ask whoever invited you for the link that lets you choose your password.";
}

/// <param name="What">What happened, in one or two sentences.</param>
/// <param name="Advice">What to do, a paragraph each.</param>
internal sealed record NoticeText(string Subject, string What, IReadOnlyList<string> Advice)
{
    /// <summary>Shown in a list beside account, time and address; those without a value are left out.</summary>
    public IReadOnlyList<(string Name, string? Value)> Facts { get; init; } = [];
}
