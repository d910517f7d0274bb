namespace MfaGateway.Core.Accounts;

/// <summary>
/// What was typed where a user name is asked for: a user name or an e-mail address. User names win: no account is made or changed so that
/// its name is another's address, but a store may hold such accounts from before that was so.
/// </summary>
/// <param name="FoldedUserName">See <see cref="UserNames.Fold"/>.</param>
/// <param name="FoldedEmail">See <see cref="EmailAddress.Fold"/>; empty for what is no address.</param>
public sealed record SignInName(string FoldedUserName, string FoldedEmail)
{
    public static SignInName Of(string typed) => new(UserNames.Fold(typed), EmailAddress.Fold(typed));
}
