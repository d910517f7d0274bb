using System.Globalization;
using MfaGateway.Configuration;

namespace MfaGateway.Pages;

/// <summary>What pages call this site and the place that somebody is on the way to.</summary>
public sealed class SiteNames(GatewayOptions options)
{
    private const int MaxDestination = 48;

    /// <summary>Whom to turn to, as the operator wrote it; null when nothing is configured.</summary>
    public string? Contact => string.IsNullOrWhiteSpace(options.Contact) ? null : options.Contact;

    public string Of(HttpContext context)
    {
        if (!string.IsNullOrWhiteSpace(options.SiteName))
            return options.SiteName;

        // A host that is not ours is no name for this site.
        return context.Response.StatusCode == StatusCodes.Status421MisdirectedRequest && options.PublicOrigin is { } origin
            ? new Uri(origin).Host
            : context.Request.Host.Host;
    }

    /// <summary>
    /// Host and first path segment: enough to know the app by. The rest is left out, because whoever made the link
    /// chose it and could write sentences there.
    /// </summary>
    /// <param name="returnUrl">A checked local path.</param>
    public static string Destination(HttpContext context, string returnUrl)
    {
        var rest = returnUrl.AsSpan(1);
        var end = rest.IndexOfAny('/', '?', '#');
        var first = end < 0 ? rest : rest[..end];
        var name = first.IsEmpty ? context.Request.Host.ToString() : $"{context.Request.Host}/{first}";
        return name.Length <= MaxDestination ? name : string.Concat(name.AsSpan(0, MaxDestination - 1), "…");
    }

    /// <summary>The first letter of a name, whatever its script, for the round mark beside it.</summary>
    public static string Initial(string name) =>
        name.Length == 0 ? string.Empty : StringInfo.GetNextTextElement(name).ToUpperInvariant();
}
