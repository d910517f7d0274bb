using MfaGateway.Core.Challenges;
using MfaGateway.Sessions;

namespace MfaGateway.Challenges;

/// <summary>Ends the session of a browser and takes its cookies. Pages and the JSON API share it.</summary>
public sealed class SignOuts(SessionReader sessions, SessionEnding ending, CodeSignIn codes, GatewayCookies cookies, AppCookies appCookies)
{
    /// <summary>Nobody is signed in afterwards, whether or not somebody was before.</summary>
    public async Task EndAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (await sessions.ReadAsync(context) is { } signedIn)
            await ending.SignOutAsync(signedIn, ClientContexts.Of(context), cancellationToken);

        // Whoever sits here next must not be let in by a link that the person opens later.
        await codes.AbandonAsync(cookies.ReadCodeRequest(context), cancellationToken);
        cookies.DeleteSession(context);
        cookies.DeleteFlow(context);
        cookies.DeleteCodeRequest(context);

        // Back would show pages out of the browser's cache to the next person.
        context.Response.Headers["Clear-Site-Data"] = "\"cache\"";
        appCookies.Expire(context);
    }
}
