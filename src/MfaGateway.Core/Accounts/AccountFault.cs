namespace MfaGateway.Core.Accounts;

/// <summary>One thing to change before an account can be made or changed.</summary>
/// <param name="Field">Where a form shows it.</param>
/// <param name="Message">One sentence for the person. It never repeats the password.</param>
public sealed record AccountFault(AccountField Field, string Message)
{
    public static AccountFault UserNameTaken { get; } = new(AccountField.UserName, "This user name is taken: choose another.");

    public static AccountFault EmailTaken { get; } =
        new(AccountField.Email, "Another account has this e-mail address: each address belongs to one person.");

    /// <summary>People sign in by either, so that one must not be the other of another account.</summary>
    public static AccountFault UserNameIsAddress { get; } =
        new(AccountField.UserName, "This user name is the e-mail address of another account: choose another.");

    /// <summary>See <see cref="UserNameIsAddress"/>.</summary>
    public static AccountFault EmailIsUserName { get; } =
        new(AccountField.Email, "Another account has this e-mail address as its user name: rename that account first, or use another address.");

    /// <summary>What is wrong where a store refused to add an account; null where it is nothing in the account.</summary>
    public static AccountFault? Of(AddAccountResult result) => result switch
    {
        AddAccountResult.UserNameTaken => UserNameTaken,
        AddAccountResult.EmailTaken => EmailTaken,
        AddAccountResult.UserNameIsAddress => UserNameIsAddress,
        AddAccountResult.EmailIsUserName => EmailIsUserName,
        _ => null,
    };

    /// <summary>What is wrong where a store refused to change an account; null where it is nothing in what was typed.</summary>
    public static AccountFault? Of(AccountChange change) => change switch
    {
        AccountChange.UserNameTaken => UserNameTaken,
        AccountChange.EmailTaken => EmailTaken,
        AccountChange.UserNameIsAddress => UserNameIsAddress,
        AccountChange.EmailIsUserName => EmailIsUserName,
        _ => null,
    };
}

public enum AccountField
{
    UserName,
    Email,
    DisplayName,
    Groups,
    Password,
}
