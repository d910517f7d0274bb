using System.Diagnostics.CodeAnalysis;

namespace MfaGateway.Configuration;

/// <summary>Where a sign-out may lead: a path of this origin, or a place that the operator lists.</summary>
public sealed class SignOutPlaces
{
    internal const string Allowed =
        "an https origin such as https://wiki.example.org, or an https URL such as https://wiki.example.org/bye without query, in lower case (http on loopback alone)";

    private const int MaxLength = 2048;

    private readonly HashSet<string> _origins = new(StringComparer.Ordinal);
    private readonly HashSet<string> _urls = new(StringComparer.Ordinal);

    public SignOutPlaces(GatewayOptions options)
    {
        foreach (var place in options.SignOut.ReturnUrls)
            (Origins.IsPublicOrigin(place) ? _origins : _urls).Add(place);
    }

    /// <summary>Whether an entry may stand in the list.</summary>
    internal static bool IsPlace(string text) =>
        Origins.IsPublicOrigin(text) || (TryRead(text, out var url) && text == url.AbsoluteUri && url.Query.Length == 0 && Origins.IsPublicOrigin(OriginOf(url)));

    /// <summary>The place on another origin that a link names, as the browser is to get it; null where it is not listed.</summary>
    /// <remarks>
    /// What is compared is what is sent: the parsed URL written out again, so that no second reading of the text by a browser leads elsewhere.
    /// </remarks>
    public string? Find(string? wanted)
    {
        if (!TryRead(wanted, out var url))
            return null;

        return _urls.Contains(url.AbsoluteUri) || _origins.Contains(OriginOf(url)) ? url.AbsoluteUri : null;
    }

    private static bool TryRead(string? text, [NotNullWhen(true)] out Uri? url)
    {
        url = null;
        var isRead = text is { Length: > 0 and <= MaxLength }
            && !text.AsSpan().ContainsAnyExceptInRange('!', '~')
            && !text.Contains('\\', StringComparison.Ordinal)
            && Uri.TryCreate(text, UriKind.Absolute, out url);
        if (isRead && url is { Scheme: "https" or "http", UserInfo.Length: 0, Fragment.Length: 0 })
            return true;
        url = null;
        return false;
    }

    private static string OriginOf(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
