using MfaGateway.Configuration;
using MfaGateway.Core.Storage;

namespace MfaGateway.Sessions;

/// <summary>
/// The gateway's cookies: opaque values under <c>__Host-</c> names (<c>__Secure-</c> where a domain shares them), and
/// plain names on plain-HTTP loopback alone, where browsers take no such prefix. See <see cref="PlainLoopback"/>.
/// </summary>
public sealed class GatewayCookies
{
    private const string HostOnlySession = "__Host-mfa_session";
    private const string SharedSession = "__Secure-mfa_session";

    private readonly CookieName _session;
    private readonly CookieName _flow;
    private readonly CookieName _browser;
    private readonly CookieName _codeRequest;
    private readonly string? _domain;

    public GatewayCookies(GatewayOptions options)
    {
        _domain = options.Session.CookieDomain;
        _session = new(_domain is null ? HostOnlySession : SharedSession, "mfa_session");
        _flow = new("__Host-mfa_flow", "mfa_flow");
        _browser = new("__Host-mfa_browser", "mfa_browser");
        _codeRequest = new("__Host-mfa_code", "mfa_code");
        RequestToken = new("__Host-mfa_request", "mfa_request");
        // Both forms of the session's, whichever is in use: a browser may still hold the one from before the setting changed.
        AllNames = [HostOnlySession, SharedSession, _session.Plain, _flow.Secure, _flow.Plain, _browser.Secure, _browser.Plain,
            _codeRequest.Secure, _codeRequest.Plain, RequestToken.Secure, RequestToken.Plain];
    }

    /// <summary>Every name that upstream apps must neither see, nor set, nor clear.</summary>
    public IReadOnlyCollection<string> AllNames { get; }

    /// <summary>The cookie that a form's request token is checked against.</summary>
    public CookieName RequestToken { get; }

    /// <summary>The session cookie's raw value; empty when there is none, or more than one.</summary>
    public ReadOnlySpan<char> ReadSession(HttpContext context) =>
        CookieHeader.TryFindSingle(context.Request.Headers.Cookie, _session.For(context), out var value) ? value : default;

    public void WriteSession(HttpContext context, SecretToken token) => Write(context, _session, token, _domain);

    public void DeleteSession(HttpContext context) => Delete(context, _session, _domain);

    /// <summary>
    /// What this browser has of the gateway's own: the raw values of its session, flow and code request, and of the cookie behind request
    /// tokens; empty for what it does not have, or has twice.
    /// </summary>
    public IReadOnlyList<string> ReadOwn(HttpContext context) =>
        [.. new[] { _session, _flow, _codeRequest, RequestToken }.Select(name =>
            CookieHeader.TryFindSingle(context.Request.Headers.Cookie, name.For(context), out var value) ? value.ToString() : string.Empty)];

    public SecretToken? ReadFlow(HttpContext context) => Read(context, _flow);

    public void WriteFlow(HttpContext context, SecretToken token) => Write(context, _flow, token, domain: null);

    public void DeleteFlow(HttpContext context) => Delete(context, _flow, domain: null);

    /// <summary>The request for a mailed code that this browser waits for.</summary>
    public SecretToken? ReadCodeRequest(HttpContext context) => Read(context, _codeRequest);

    public void WriteCodeRequest(HttpContext context, SecretToken token) => Write(context, _codeRequest, token, domain: null);

    public void DeleteCodeRequest(HttpContext context) => Delete(context, _codeRequest, domain: null);

    public SecretToken? ReadBrowser(HttpContext context) => Read(context, _browser);

    /// <param name="lifetime">How long the browser keeps it; null until it is closed.</param>
    public void WriteBrowser(HttpContext context, SecretToken token, TimeSpan? lifetime)
    {
        var attributes = Attributes(context, domain: null);
        attributes.MaxAge = lifetime;
        context.Response.Cookies.Append(_browser.For(context), token.Reveal(), attributes);
    }

    private static SecretToken? Read(HttpContext context, CookieName name) =>
        CookieHeader.TryFindSingle(context.Request.Headers.Cookie, name.For(context), out var value)
        && SecretToken.TryParse(value.ToString(), out var token)
            ? token
            : null;

    private static void Write(HttpContext context, CookieName name, SecretToken token, string? domain) =>
        context.Response.Cookies.Append(name.For(context), token.Reveal(), Attributes(context, domain));

    private static void Delete(HttpContext context, CookieName name, string? domain) =>
        context.Response.Cookies.Delete(name.For(context), Attributes(context, domain));

    private static CookieOptions Attributes(HttpContext context, string? domain) => new()
    {
        HttpOnly = true,
        Secure = !PlainLoopback.Is(context),
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Domain = domain,
        IsEssential = true,
    };
}

/// <param name="Secure">Over HTTPS.</param>
/// <param name="Plain">On plain-HTTP loopback.</param>
public sealed record CookieName(string Secure, string Plain)
{
    public string For(HttpContext context) => PlainLoopback.Is(context) ? Plain : Secure;
}
