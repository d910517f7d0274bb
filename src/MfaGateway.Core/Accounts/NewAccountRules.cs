using System.Globalization;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.IdentityHeaders;

namespace MfaGateway.Core.Accounts;

/// <summary>What an account may hold. Pure; lists every fault, so that nobody corrects one after the other.</summary>
public static class NewAccountRules
{
    public static IReadOnlyList<AccountFault> Judge(NewAccount account, AccountSite site) =>
    [
        .. Fault(AccountField.UserName, UserNames.Validate(account.UserName)),
        .. JudgeDetails(new(account.Email, account.DisplayName ?? string.Empty, account.Groups)),
        .. JudgePassword(account.Password, account.UserName, account.Email, account.DisplayName, site),
    ];

    /// <summary>The same without a password, which the person will choose.</summary>
    public static IReadOnlyList<AccountFault> JudgeInvited(string userName, AccountDetails typed) =>
        [.. Fault(AccountField.UserName, UserNames.Validate(userName)), .. JudgeDetails(typed)];

    /// <summary>The same of what may be edited.</summary>
    public static IReadOnlyList<AccountFault> JudgeDetails(AccountDetails typed) =>
    [
        .. Fault(AccountField.Email, EmailFault(typed.Email)),
        .. Fault(AccountField.DisplayName, DisplayNameFault(typed.DisplayName)),
        .. GroupsOf(typed.Groups).SelectMany(group => Fault(AccountField.Groups, GroupFault(group))),
    ];

    /// <summary>Judged details as they are kept.</summary>
    public static AccountDetails Tidy(string userName, AccountDetails typed) => new(
        EmailAddress.TryParse(typed.Email, out var address) ? address.Value : typed.Email,
        DisplayNameOf(userName, typed.DisplayName),
        GroupsOf(typed.Groups));

    /// <summary>The same for the password of an account that exists.</summary>
    public static IReadOnlyList<AccountFault> JudgePassword(string password, Account account, AccountSite site) =>
        JudgePassword(password, account.UserName, account.Email, account.DisplayName, site);

    /// <summary>The groups without blanks around them, each once.</summary>
    public static IReadOnlyList<string> GroupsOf(IReadOnlyList<string> groups) =>
        [.. groups.Select(group => group.Trim()).Distinct(GroupNames.Comparer)];

    /// <summary>What the person is called: the user name where nothing else is given.</summary>
    public static string DisplayNameOf(string userName, string? displayName) =>
        string.IsNullOrWhiteSpace(displayName) ? userName : displayName.Trim();

    private static AccountFault[] JudgePassword(
        string password, string userName, string email, string? displayName, AccountSite site)
    {
        string[] personal = [userName, email, displayName ?? string.Empty, .. site.Names];
        return PasswordRules.Check(password, personal) is NewPasswordVerdict.Refused refused
            ? [new(AccountField.Password, refused.Advice)]
            : [];
    }

    private static string? EmailFault(string email) =>
        EmailAddress.TryParse(email, out _) ? null : "Give one e-mail address, such as ada@example.org.";

    private static string? DisplayNameFault(string? displayName) =>
        displayName is not null && IdentityText.Validate(displayName.Trim()) is { } rest ? $"The display name {rest}" : null;

    private static string? GroupFault(string group) =>
        IdentityText.ValidateGroup(group) is { } rest ? $"The group \"{Printable(group)}\" {rest}" : null;

    // A message is shown in terminals too, where control characters are commands.
    private static string Printable(string text)
    {
        var shown = text.Length > 40 ? string.Concat(text.AsSpan(0, 40), "...") : text;
        return string.Concat(shown.Select(c =>
            char.IsControl(c) || char.IsSurrogate(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}") : c.ToString()));
    }

    private static AccountFault[] Fault(AccountField field, string? message) => message is null ? [] : [new(field, message)];
}
