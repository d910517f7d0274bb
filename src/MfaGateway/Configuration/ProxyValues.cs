using System.Globalization;

namespace MfaGateway.Configuration;

/// <summary>Values as YARP reads them from its section, and the words for what each kind may be.</summary>
internal static class ProxyValues
{
    /// <summary>What the type may hold, going on from "must be"; null for text, and for what is no single value.</summary>
    public static string? AllowedFor(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsEnum)
            return plain.IsDefined(typeof(FlagsAttribute), inherit: false) ? null : $"one of {string.Join(", ", Enum.GetNames(plain))}";
        return plain switch
        {
            _ when plain == typeof(bool) => "true or false",
            _ when plain == typeof(int) || plain == typeof(long) => "a whole number",
            _ when plain == typeof(double) => "a number",
            _ when plain == typeof(TimeSpan) => "a duration such as 00:01:30",
            _ when plain == typeof(Version) => "a version such as 1.1 or 2",
            _ when plain == typeof(Uri) => "an address such as http://127.0.0.1:8080/",
            _ => null,
        };
    }

    public static bool CanRead(string text, Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        // By name: YARP would take a number for the value that stands at it, and a list for several at once.
        if (plain.IsEnum)
            return Enum.GetNames(plain).Contains(text, StringComparer.OrdinalIgnoreCase);
        return plain switch
        {
            _ when plain == typeof(bool) => bool.TryParse(text, out _),
            _ when plain == typeof(int) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            _ when plain == typeof(long) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            _ when plain == typeof(double) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
            _ when plain == typeof(TimeSpan) => TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out _),
            _ when plain == typeof(Version) => Version.TryParse(text.Contains('.') ? text : text + ".0", out _),
            _ => Uri.TryCreate(text, UriKind.Absolute, out _),
        };
    }
}
