namespace MfaGateway.Core.Accounts;

/// <summary>One thing to change before an account can be made or changed.</summary>
/// <param name="Field">Where a form shows it.</param>
/// <param name="Message">One sentence for the person. It never repeats the password.</param>
public sealed record AccountFault(AccountField Field, string Message)
{
    public static AccountFault UserNameTaken { get; } = new(AccountField.UserName, "This user name is taken: choose another.");

    public static AccountFault EmailTaken { get; } =
        new(AccountField.Email, "Another account has this e-mail address: each address belongs to one person.");
}

public enum AccountField
{
    UserName,
    Email,
    DisplayName,
    Groups,
    Password,
}
