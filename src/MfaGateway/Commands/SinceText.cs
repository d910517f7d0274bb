using System.Globalization;

namespace MfaGateway.Commands;

/// <summary>A moment as people type it: a date, a time in UTC, or how long ago.</summary>
internal static class SinceText
{
    private static readonly string[] Formats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd HH:mm:ss'Z'", "O"];

    public static bool IsWellFormed(string text) => TryReadWhile(text, out _) || TryReadTime(text, out _);

    /// <exception cref="FormatException">Neither of these.</exception>
    public static DateTimeOffset Read(string text, DateTimeOffset now)
    {
        if (TryReadWhile(text, out var ago))
            return now - ago;
        return TryReadTime(text, out var time) ? time : throw new FormatException($"No time: {text}");
    }

    private static bool TryReadTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    private static bool TryReadWhile(string text, out TimeSpan ago)
    {
        ago = TimeSpan.Zero;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;

        // Longer ago than anything was recorded is as good as the longest time there is.
        var minutes = text[^1] switch { 'm' => 1, 'h' => 60, 'd' => 24 * 60, _ => 0 };
        ago = TimeSpan.FromDays(Math.Min((double)number * minutes / (24 * 60), 100_000));
        return minutes > 0;
    }
}
