using System.Globalization;
using System.Text.RegularExpressions;
using MfaGateway.Pages;
using Microsoft.Extensions.Primitives;

namespace MfaGateway.Hardening;

/// <summary>
/// <c>Cross-Origin-Opener-Policy</c> between the gateway's pages and pages of apps on the same origin. Two pages of one origin that both say
/// <c>same-origin</c> stay tied (HTML standard, "matching opener policy values"), so that value alone does not keep a script of an app from
/// a page of the gateway in a window that it has opened: many apps send it on every page.
/// </summary>
internal static partial class OpenerPolicies
{
    public const string Header = "Cross-Origin-Opener-Policy";
    public const string EmbedderHeader = "Cross-Origin-Embedder-Policy";

    private const string Kept = "unsafe-none";
    private const string SameOrigin = "same-origin";
    private const string SameOriginAllowPopups = "same-origin-allow-popups";

    /// <summary>Cuts the tie to pages of the same origin, too. A browser that does not know it keeps every tie.</summary>
    private const string CutForAll = "noopener-allow-popups";

    /// <summary>The first Chromium that knows <see cref="CutForAll"/>.</summary>
    private const int FirstChromium = 131;

    /// <summary>What a page of the gateway says.</summary>
    public static string OfOwnPage(HttpContext context)
    {
        if (WindowTies.AreKept(context))
            return Kept;
        return CutsForAll(context.Request) ? CutForAll : SameOrigin;
    }

    /// <summary>
    /// What an app's answer may say. Where the browser can't cut the tie by the gateway's page, the app's must not match it: it gets the value
    /// that protects it as well, but for windows that it opens itself. With an embedder policy it is of another kind and matches none of the gateway's.
    /// </summary>
    /// <returns>Null where it stays as it is.</returns>
    public static StringValues? OfApp(HttpContext context)
    {
        var headers = context.Response.Headers;
        if (headers[Header] is not { Count: > 0 } said || !said.Any(IsSameOrigin))
            return null;
        if (CutsForAll(context.Request) || IsolatingEmbedder().IsMatch(headers[EmbedderHeader].ToString()))
            return null;

        return new StringValues([.. said.Select(value => IsSameOrigin(value) ? SameOriginAllowPopups + value!.TrimStart()[SameOrigin.Length..] : value)]);
    }

    // What browsers say of themselves, on secure connections alone; no script can set it.
    private static bool CutsForAll(HttpRequest request) =>
        ChromiumBrand().Match(request.Headers["Sec-CH-UA"].ToString()) is { Success: true } brand
        && int.Parse(brand.Groups["version"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) >= FirstChromium;

    private static bool IsSameOrigin(string? value) => value is not null && SameOriginItem().IsMatch(value);

    [GeneratedRegex("""(?:^|,) *"Chromium";v="(?<version>[0-9]{1,6})" *(?:,|\z)""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ChromiumBrand();

    [GeneratedRegex("""^\s*same-origin\s*(?:[;,]|\z)""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SameOriginItem();

    // Exactly what every browser reads so. With anything else it counts as absent.
    [GeneratedRegex("""\A(?:require-corp|credentialless)(?:; ?report-to="[A-Za-z0-9_-]*")?\z""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IsolatingEmbedder();
}
