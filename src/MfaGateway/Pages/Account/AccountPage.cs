using MfaGateway.Core.SelfService;

namespace MfaGateway.Pages.Account;

/// <summary>A page on which people look after their own account.</summary>
public abstract class AccountPage(AccountVisit visit) : GatewayPage
{
    public override string? NoticeText => AccountNotices.TextOf(Notice);

    protected AccountVisit Visit { get; } = visit;

    protected Task<ActingSession> ReadVisitorAsync() => Visit.ReadAsync(HttpContext);

    /// <summary>For things of the person's own that are not there (any more), and for other people's.</summary>
    protected static Microsoft.AspNetCore.Mvc.IActionResult Missing() =>
        new Microsoft.AspNetCore.Mvc.StatusCodeResult(StatusCodes.Status404NotFound);
}
