using MfaGateway.Configuration;
using MfaGateway.Core.Challenges;

namespace MfaGateway.Pages;

/// <summary>The addresses of the gateway's own pages, under the configured prefix.</summary>
public sealed class PageLinks(GatewayOptions options)
{
    public string Prefix { get; } = options.PathPrefix;

    public string Account => Prefix + "/account";

    public string Authenticators => Account + "/authenticators";

    public string RecoveryCodes => Account + "/recovery-codes";

    public string Password => Account + "/password";

    public string Sessions => Account + "/sessions";

    public string Browsers => Account + "/browsers";

    public string Activity => Account + "/activity";

    public string Admin => Prefix + "/admin";

    public string Invite => Admin + "/invite";

    public string Applications => Admin + "/applications";

    public string Mail => Admin + "/mail";

    public string AuditLog => Admin + "/audit";

    public string SignOut => Prefix + "/sign-out";

    /// <summary>The same, with where to go afterwards.</summary>
    /// <param name="next">A listed place or a checked local path; null for none.</param>
    public string SignOutTo(string? next) => next is null ? SignOut : With(SignOut, next);

    public string SignedOut => Prefix + "/signed-out";

    /// <summary>The same, to continue from there.</summary>
    /// <param name="next">A listed place or a checked local path; null for none.</param>
    public string SignedOutTo(string? next) => next is null ? SignedOut : With(SignedOut, next);

    /// <summary>The page that leads from a form to an app.</summary>
    public string Continue(string returnUrl) => With($"{Prefix}/continue", returnUrl);

    /// <summary>Whether an address is one of the gateway's own.</summary>
    /// <param name="url">A local path.</param>
    public bool IsOwn(string url) =>
        new PathString(url.Split('?', '#')[0]).StartsWithSegments(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <param name="returnUrl">A checked local path.</param>
    /// <param name="notice">Why the person is here again; see <see cref="SignInNotices"/>.</param>
    public string SignIn(string returnUrl, string? notice = null) =>
        With($"{Prefix}/sign-in", returnUrl) + (notice is null ? string.Empty : $"&notice={notice}");

    /// <summary>Where somebody asks for a link to a new password.</summary>
    public string ResetPassword(string returnUrl) => With($"{Prefix}/reset-password", returnUrl);

    /// <summary>Where somebody asks for a code by e-mail.</summary>
    public string SignInByCode(string returnUrl) => With($"{Prefix}/sign-in/code", returnUrl);

    /// <summary>Where a mailed code is typed.</summary>
    public string Code(string returnUrl, string? policyName = null) => With($"{Prefix}/challenge/code", returnUrl, policyName);

    /// <summary>Where somebody waits who opens the mailed link elsewhere.</summary>
    public string CodeWait(string returnUrl) => With($"{Prefix}/challenge/code/wait", returnUrl);

    /// <summary>What the JSON API says is asked next of this browser.</summary>
    public string FlowState => Prefix + "/api/v1/flow";

    public string SignInMethods => Account + "/sign-in-methods";

    public string RecoveryCode(string returnUrl, string? policyName = null) =>
        With($"{Prefix}/challenge/recovery-code", returnUrl, policyName);

    /// <summary>Where the form posts to that begins an enrolment.</summary>
    public string BeginEnrollment(string returnUrl, string? policyName) => With($"{Prefix}/enroll/totp", returnUrl, policyName) + "&handler=begin";

    /// <summary>Whether somebody is on the way to look after their own account.</summary>
    /// <param name="returnUrl">A checked local path.</param>
    public bool IsAccount(string returnUrl) =>
        new PathString(returnUrl.Split('?', '#')[0]).StartsWithSegments(Account, StringComparison.OrdinalIgnoreCase);

    /// <summary>Freshly made recovery codes as a file.</summary>
    public string RecoveryCodeFile(string returnUrl) => With($"{Prefix}/enroll/recovery-codes/file", returnUrl);

    /// <summary>Where a signed-in person is asked for what a policy demands beyond what the session has proved.</summary>
    public string StepUp(string policyName, string returnUrl) =>
        With($"{Prefix}/challenge", returnUrl, policyName);

    /// <summary>The page that asks for a step. Steps without a page of their own can't be met here, and say so.</summary>
    /// <param name="policyName">The policy to be met, where no flow is begun yet: the page's form begins it.</param>
    public string For(ChallengeStep step, string returnUrl, string? policyName = null) => step switch
    {
        ChallengeStep.SignIn => SignIn(returnUrl),
        ChallengeStep.Password => With($"{Prefix}/challenge/password", returnUrl, policyName),
        ChallengeStep.MagicCode => Code(returnUrl, policyName),
        ChallengeStep.Totp => With($"{Prefix}/challenge/totp", returnUrl, policyName),
        ChallengeStep.EnrollTotp => With($"{Prefix}/enroll/totp", returnUrl, policyName),
        ChallengeStep.EnrollmentCode => With($"{Prefix}/enroll/code", returnUrl, policyName),
        ChallengeStep.SaveRecoveryCodes => With($"{Prefix}/enroll/recovery-codes", returnUrl),
        ChallengeStep.Done => returnUrl,
        _ => With($"{Prefix}/ask-administrator", returnUrl, policyName),
    };

    /// <summary>The list of people.</summary>
    /// <param name="notice">What was just done; see <c>AdminNotices</c>.</param>
    public string People(string notice) => WithNotice(Admin, notice);

    /// <summary>What an administrator sees of somebody.</summary>
    /// <param name="notice">What was just done; see <c>AdminNotices</c>.</param>
    public string Person(string accountId, string? notice = null) =>
        notice is null ? $"{Admin}/people/{accountId}" : WithNotice($"{Admin}/people/{accountId}", notice);

    /// <summary>A page without a query that says what was just done.</summary>
    /// <param name="notice">A fixed word; see <c>AccountNotices</c> and <c>AdminNotices</c>.</param>
    public static string WithNotice(string page, string notice) => $"{page}?notice={notice}";

    private static string With(string page, string returnUrl, string? policyName = null) =>
        $"{page}?returnUrl={Uri.EscapeDataString(returnUrl)}"
        + (policyName is null ? string.Empty : $"&policy={Uri.EscapeDataString(policyName)}");
}
