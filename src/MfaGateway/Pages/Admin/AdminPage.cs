using MfaGateway.Core.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>A page for those who run the gateway.</summary>
public abstract class AdminPage(AdminVisit visit) : GatewayPage
{
    protected const string LookBelow = "Please look at what is marked below.";

    public override string? NoticeText => AdminNotices.TextOf(Notice);

    protected Task<Actor> ReadActorAsync() => visit.ReadActorAsync(HttpContext);

    /// <summary>For what is not there (any more), and never was.</summary>
    protected static IActionResult Missing() => new StatusCodeResult(StatusCodes.Status404NotFound);
}
