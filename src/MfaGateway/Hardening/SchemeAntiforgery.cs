using System.Security.Claims;
using MfaGateway.Sessions;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;

namespace MfaGateway.Hardening;

/// <summary>
/// The framework's request tokens under two cookie names: <c>__Host-</c>, which nobody but this host can set over HTTPS,
/// and a plain one on plain-HTTP loopback. The framework's options hold one name, so there are two instances of it.
/// </summary>
public sealed class SchemeAntiforgery : IAntiforgery, IDisposable
{
    private readonly ServiceProvider _secureServices;
    private readonly ServiceProvider _plainServices;
    private readonly IAntiforgery _secure;
    private readonly IAntiforgery _plain;

    public SchemeAntiforgery(GatewayCookies cookies, IDataProtectionProvider protection, ILoggerFactory logging)
    {
        _secureServices = Build(cookies.RequestToken.Secure, CookieSecurePolicy.Always, protection, logging);
        _plainServices = Build(cookies.RequestToken.Plain, CookieSecurePolicy.None, protection, logging);
        _secure = _secureServices.GetRequiredService<IAntiforgery>();
        _plain = _plainServices.GetRequiredService<IAntiforgery>();
    }

    public AntiforgeryTokenSet GetAndStoreTokens(HttpContext httpContext)
    {
        using var _ = new AsNobody(httpContext);
        return For(httpContext).GetAndStoreTokens(httpContext);
    }

    public AntiforgeryTokenSet GetTokens(HttpContext httpContext)
    {
        using var _ = new AsNobody(httpContext);
        return For(httpContext).GetTokens(httpContext);
    }

    public async Task<bool> IsRequestValidAsync(HttpContext httpContext)
    {
        using var _ = new AsNobody(httpContext);
        return await For(httpContext).IsRequestValidAsync(httpContext);
    }

    public async Task ValidateRequestAsync(HttpContext httpContext)
    {
        using var _ = new AsNobody(httpContext);
        await For(httpContext).ValidateRequestAsync(httpContext);
    }

    public void SetCookieTokenAndHeader(HttpContext httpContext)
    {
        using var _ = new AsNobody(httpContext);
        For(httpContext).SetCookieTokenAndHeader(httpContext);
    }

    public void Dispose()
    {
        _secureServices.Dispose();
        _plainServices.Dispose();
    }

    private IAntiforgery For(HttpContext context) => PlainLoopback.Is(context) ? _plain : _secure;

    private static ServiceProvider Build(
        string cookie, CookieSecurePolicy secure, IDataProtectionProvider protection, ILoggerFactory logging)
    {
        var services = new ServiceCollection();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = cookie;
            options.Cookie.Path = "/";
            options.Cookie.HttpOnly = true;
            options.Cookie.SecurePolicy = secure;
            // With Strict, a visit from another site would come without it and make a new one: other tabs' forms would fail.
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.SuppressXFrameOptionsHeader = true;
        });

        // After AddAntiforgery, which brings its own: the last registration counts.
        services.AddSingleton(protection);
        services.AddSingleton<IAntiforgeryAdditionalDataProvider, PageTokens>();
        services.AddSingleton(logging);
        return services.BuildServiceProvider();
    }

    /// <summary>
    /// The framework ties a token to whoever is signed in. Here it belongs to the browser: a sign-in in one tab must not
    /// spoil the forms of the others, and a form of a guarded page may post to an open one.
    /// </summary>
    private readonly struct AsNobody : IDisposable
    {
        private readonly HttpContext _context;
        private readonly ClaimsPrincipal _somebody;

        public AsNobody(HttpContext context)
        {
            _context = context;
            _somebody = context.User;
            context.User = new ClaimsPrincipal(new ClaimsIdentity());
        }

        public void Dispose() => _context.User = _somebody;
    }
}
