using System.Net.Http.Headers;

namespace MfaGateway.Mail;

/// <summary>The languages that a browser asks for.</summary>
internal static class ReaderLanguages
{
    private const int Most = 5;
    private const int LongestTag = 35; // RFC 5646 4.4.1
    private const int LongestHeader = 1024;

    /// <summary>RFC 9110 12.5.4: by weight, then as they stand. What is no language tag is left out.</summary>
    /// <returns>BCP 47 tags divided by commas; null where there is none.</returns>
    public static string? Read(string header)
    {
        if (header.Length is 0 or > LongestHeader)
            return null;

        var tags = header.Split(',')
            .Select(part => StringWithQualityHeaderValue.TryParse(part.Trim(), out var wanted) ? wanted : null)
            .OfType<StringWithQualityHeaderValue>()
            .Where(wanted => wanted.Quality != 0 && IsTag(wanted.Value))
            .OrderByDescending(wanted => wanted.Quality ?? 1) // keeps those of one weight in their order
            .Take(Most)
            .Select(wanted => wanted.Value);
        return string.Join(',', tags) is { Length: > 0 } languages ? languages : null;
    }

    private static bool IsTag(string text) =>
        text.Length is >= 2 and <= LongestTag && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && char.IsAsciiLetter(text[0]);
}
