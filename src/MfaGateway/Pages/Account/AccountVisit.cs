using MfaGateway.Challenges;
using MfaGateway.Core.Access;
using MfaGateway.Core.SelfService;
using MfaGateway.Hardening;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Account;

/// <summary>Who is on a page under <c>/account</c>, and where a change of theirs leads.</summary>
public sealed class AccountVisit(SessionReader sessions, GatewayCookies cookies, PageLinks links)
{
    /// <summary>The page's access policy has let nobody else through.</summary>
    public async Task<ActingSession> ReadAsync(HttpContext context)
    {
        var live = await sessions.ReadAsync(context)
            ?? throw new InvalidOperationException("A page of an account was shown to nobody.");
        return new(live.Account, live.Session, ClientContexts.Of(context));
    }

    /// <summary>Takes over the session's new token and goes on to a page; 404 for what is not the person's own.</summary>
    /// <param name="next">A page under <c>/account</c>.</param>
    /// <param name="notice">What that page says of the change; one of <see cref="AccountNotices"/>.</param>
    public IActionResult Follow(HttpContext context, OwnChange change, string next, string notice)
    {
        switch (change)
        {
            case OwnChange.Done done:
                Accept(context, done);
                return new SeeOtherResult(PageLinks.WithNotice(next, notice));

            case OwnChange.NotFound:
                return new StatusCodeResult(StatusCodes.Status404NotFound);

            case OwnChange.StepUpFirst:
                return new SeeOtherResult(links.StepUp(AccessPolicy.AccountChangeName, ReturnUrls.OfRequest(context)));

            default:
                // Another tab may have renewed it: that page asks who it is.
                return new SeeOtherResult(next);
        }
    }

    /// <summary>Takes over the session's new token, where the change brings one.</summary>
    public void Accept(HttpContext context, OwnChange.Done done)
    {
        if (done.SessionToken is { } token)
            cookies.WriteSession(context, token);
    }
}
