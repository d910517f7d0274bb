namespace MfaGateway.Core.Accounts;

/// <summary>What came of adding an account.</summary>
public enum AddAccountResult
{
    Added,
    UserNameTaken,
    EmailTaken,
    NotAllowed,

    /// <summary>The user name is the e-mail address of another account.</summary>
    UserNameIsAddress,

    /// <summary>The e-mail address is the user name of another account.</summary>
    EmailIsUserName,
}
