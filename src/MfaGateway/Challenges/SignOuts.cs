using MfaGateway.Sessions;

namespace MfaGateway.Challenges;

/// <summary>Ends the session of a browser and takes its cookies. Pages and the JSON API share it.</summary>
public sealed class SignOuts(SessionReader sessions, SessionEnding ending, GatewayCookies cookies)
{
    /// <summary>Nobody is signed in afterwards, whether or not somebody was before.</summary>
    public async Task EndAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (await sessions.ReadAsync(context) is { } signedIn)
            await ending.SignOutAsync(signedIn, ClientContexts.Of(context), cancellationToken);

        cookies.DeleteSession(context);
        cookies.DeleteFlow(context);
    }
}
