namespace MfaGateway.Commands;

/// <summary>
/// Tells settings from the rest of a command line. A setting is one argument, <c>--Section:Key=value</c>, and may stand
/// anywhere before a <c>--</c>: <c>MfaGateway users list --MfaGateway:DataDirectory=/var/lib/mfa-gateway</c>.
/// </summary>
internal static class SettingArguments
{
    // The framework's own, which have no section.
    private static readonly string[] HostKeys = ["urls", "environment", "contentRoot"];

    public static (IReadOnlyList<string> Settings, IReadOnlyList<string> Others) Split(IReadOnlyList<string> arguments)
    {
        var options = arguments.TakeWhile(argument => argument != "--").ToLookup(IsSetting);
        return ([.. options[true]], [.. options[false], .. arguments.SkipWhile(argument => argument != "--")]);
    }

    public static bool IsSetting(string argument)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        if (!argument.StartsWith("--", StringComparison.Ordinal) || equals < 0)
            return false;
        var key = argument[2..equals];
        return key.Contains(':') || HostKeys.Contains(key, StringComparer.OrdinalIgnoreCase);
    }
}
