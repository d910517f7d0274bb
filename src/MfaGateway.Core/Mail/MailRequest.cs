using MfaGateway.Core.Accounts;
using MfaGateway.Core.Challenges;

namespace MfaGateway.Core.Mail;

/// <summary>Whom a mail with a code or a link goes to, and what request asked for it.</summary>
/// <param name="AccountId">Whom it is about. Somebody who has no account yet: the id that the account will get.</param>
/// <param name="To">One address, from the account alone.</param>
/// <param name="UserName">Shown as the account's name.</param>
/// <param name="DisplayName">Greeted by it, and the name before the address.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="ClientAddress">From where; null for what was done on the server.</param>
public sealed record MailRequest(
    string AccountId, string To, string UserName, string DisplayName, DateTimeOffset At, string? ClientAddress)
{
    /// <summary>
    /// BCP 47 tags in the reader's order of preference, divided by commas; null for the site's own language. Of the request that asked, or
    /// else of the account: never of an administrator's request.
    /// </summary>
    public string? Languages { get; init; }

    public static MailRequest For(Account account, DateTimeOffset at, ClientContext client) =>
        new(account.Id, account.Email, account.UserName, account.DisplayName, at, client.Address) { Languages = client.Languages ?? account.Languages };

    public static MailRequest For(Account account, DateTimeOffset at, Actor actor) =>
        new(account.Id, account.Email, account.UserName, account.DisplayName, at, actor.ClientAddress) { Languages = account.Languages };
}
