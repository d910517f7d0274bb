using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.Passwords;

namespace MfaGateway.Core.Accounts;

/// <summary>What came of changing an account.</summary>
public enum AccountChange
{
    Done,

    /// <summary>There is no such account.</summary>
    AccountGone,

    /// <summary>No one could open the administration afterwards.</summary>
    LastAdministrator,

    /// <summary>It was changed in the meantime.</summary>
    Outdated,

    /// <summary>Another account has this address.</summary>
    EmailTaken,

    /// <summary>Another account has this user name.</summary>
    UserNameTaken,

    /// <summary>The user name is the e-mail address of another account.</summary>
    UserNameIsAddress,

    /// <summary>The e-mail address is the user name of another account.</summary>
    EmailIsUserName,

    /// <summary>It is the account that the administrator acts with.</summary>
    OwnAccount,
}
