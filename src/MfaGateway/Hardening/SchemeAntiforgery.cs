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

    public AntiforgeryTokenSet GetAndStoreTokens(HttpContext httpContext) => For(httpContext).GetAndStoreTokens(httpContext);

    public AntiforgeryTokenSet GetTokens(HttpContext httpContext) => For(httpContext).GetTokens(httpContext);

    public Task<bool> IsRequestValidAsync(HttpContext httpContext) => For(httpContext).IsRequestValidAsync(httpContext);

    public Task ValidateRequestAsync(HttpContext httpContext) => For(httpContext).ValidateRequestAsync(httpContext);

    public void SetCookieTokenAndHeader(HttpContext httpContext) => For(httpContext).SetCookieTokenAndHeader(httpContext);

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
        services.AddSingleton(logging);
        return services.BuildServiceProvider();
    }
}
