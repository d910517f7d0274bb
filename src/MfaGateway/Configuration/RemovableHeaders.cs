using MfaGateway.Core.IdentityHeaders;

namespace MfaGateway.Configuration;

/// <summary>Which headers an operator may have removed from every request.</summary>
internal static class RemovableHeaders
{
    public const string Allowed = "a header name, or three letters or digits at least of its beginning with * behind it, that HTTP itself does not use";

    private const int MinFamilyLength = 3;

    // Without these a request changes its meaning.
    private static readonly string[] Needed =
    [
        .. new[]
        {
            "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Access-Control-Request-Headers", "Access-Control-Request-Method", "Authorization", "Cache-Control",
            "Connection", "Content-Encoding", "Content-Language", "Content-Length", "Content-Range", "Content-Type", "Cookie", "Date", "Depth", "Destination", "Expect", "Host", "If",
            "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Keep-Alive", "Lock-Token", "Origin", "Overwrite", "Pragma", "Range", "Referer",
            "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-WebSocket-Extensions", "Sec-WebSocket-Key", "Sec-WebSocket-Protocol", "Sec-WebSocket-Version", "TE", "Timeout",
            "Transfer-Encoding", "Upgrade", "User-Agent", "X-Requested-With",
        }.Select(HeaderName.Fold),
    ];

    public static bool IsOne(string text)
    {
        var isFamily = text.EndsWith('*');
        var name = isFamily ? text[..^1] : text;
        var folded = HeaderName.Fold(name);
        return HeaderName.IsToken(name)
            && !name.Contains('*')
            && folded.Length >= (isFamily ? MinFamilyLength : 1)
            && !Needed.Any(needed => isFamily ? needed.StartsWith(folded, StringComparison.Ordinal) : needed == folded);
    }
}
