namespace MfaGateway.Core.Sessions;

/// <summary>
/// What a browser calls itself, in words: "Firefox on Windows". For people's own lists, never for a decision: anybody can
/// send any name.
/// </summary>
public static class BrowserName
{
    public const string Unknown = "Unknown browser";

    // The first that is found counts: most browsers also name those that they want to be taken for.
    private static readonly (string Token, string Name)[] Browsers =
    [
        ("Trident/", "Internet Explorer"), ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"),
        ("OPR/", "Opera"), ("OPiOS/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Vivaldi/", "Vivaldi"), ("YaBrowser/", "Yandex Browser"), ("DuckDuckGo/", "DuckDuckGo"),
        ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chromium/", "Chromium"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];

    // iPads and iPhones before the "like Mac OS X" that they add, Android before its Linux.
    private static readonly (string Token, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"), ("Macintosh", "macOS"), ("Linux", "Linux"), ("FreeBSD", "FreeBSD"), ("OpenBSD", "OpenBSD"),
    ];

    /// <param name="userAgent">The header's value (RFC 9110 section 10.1.5), however made up.</param>
    public static string Of(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent))
            return Unknown;

        var browser = Find(Browsers, userAgent) ?? Program(userAgent);
        return Find(Systems, userAgent) is { } system ? $"{browser ?? Unknown} on {system}" : browser ?? Unknown;
    }

    private static string? Find((string Token, string Name)[] names, string userAgent) =>
        names.FirstOrDefault(name => userAgent.Contains(name.Token, StringComparison.Ordinal)).Name;

    /// <summary>The first product's name, of a program that is no browser: <c>curl/8.5</c>. Letters, digits, dashes alone.</summary>
    private static string? Program(string userAgent)
    {
        var end = userAgent.AsSpan().IndexOf('/');
        return end is > 0 and <= 24 && !userAgent.StartsWith("Mozilla/", StringComparison.Ordinal)
            && userAgent.AsSpan(0, end).IndexOfAnyExcept(ProductLetters) < 0
            ? userAgent[..end]
            : null;
    }

    private static readonly System.Buffers.SearchValues<char> ProductLetters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");
}
