using System.Globalization;
using System.Text;

namespace MfaGateway.Pages.Enroll;

/// <summary>Recovery codes as a text file that says of itself what it is, for whoever finds it years later.</summary>
public static class RecoveryCodeFile
{
    /// <summary>Lines end as on Windows (CR LF), whose oldest editors show them right; all others do anyway.</summary>
    public static string Write(string site, string userName, DateTimeOffset madeAt, IReadOnlyList<string> codes)
    {
        var text = new StringBuilder();
        Line($"Recovery codes for {site}");
        Line($"User name: {userName}");
        Line($"Made on: {madeAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
        Line(string.Empty);
        Line("Each code works once, when you have lost your phone. Newer codes make these worthless.");
        Line(string.Empty);
        foreach (var code in codes)
            Line(code);
        return text.ToString();

        void Line(string line) => text.Append(line).Append("\r\n");
    }

    /// <param name="host">The host's name without its port.</param>
    public static string NameFor(string host) =>
        $"recovery-codes-{string.Concat(host.Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? c : '-'))}.txt";
}
