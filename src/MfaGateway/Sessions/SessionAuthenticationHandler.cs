using Microsoft.AspNetCore.Authentication;

namespace MfaGateway.Sessions;

/// <summary>
/// The framework's way in: a request is authenticated when its cookie names a live session. What an unauthenticated one
/// gets is not decided here but by <see cref="Access.AccessResultHandler"/>.
/// </summary>
public sealed class SessionAuthenticationHandler(SessionReader reader) : IAuthenticationHandler
{
    public const string SchemeName = "MfaSession";

    private HttpContext? _context;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public async Task<AuthenticateResult> AuthenticateAsync() =>
        await reader.ReadAsync(_context!) is { } live ? await live.Authenticated : AuthenticateResult.NoResult();

    public Task ChallengeAsync(AuthenticationProperties? properties) => RefuseAsync(StatusCodes.Status401Unauthorized);

    public Task ForbidAsync(AuthenticationProperties? properties) => RefuseAsync(StatusCodes.Status403Forbidden);

    private Task RefuseAsync(int status)
    {
        _context!.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
