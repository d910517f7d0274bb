using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.Json;

namespace MfaGateway.Configuration;

/// <summary>
/// Sections at the top that no one reads. Settings files and the command line are the gateway's alone; in the environment and in
/// a directory of secrets other programs have theirs, so that only what is nearly a section of the gateway counts there.
/// </summary>
internal static class TopLevelReview
{
    private const string OtherSections = $"{GatewayOptions.SectionName}:{nameof(GatewayOptions.OtherSections)}";

    private static readonly string[] Sections = [GatewayOptions.SectionName, "ReverseProxy", "Kestrel", "Logging"];

    private static readonly string[] Known =
    [
        .. Sections, WebHostDefaults.ServerUrlsKey, HostDefaults.EnvironmentKey, HostDefaults.ContentRootKey, HostDefaults.ApplicationKey, "$schema",
    ];

    /// <param name="merged">Names what is meant for something else.</param>
    public static IEnumerable<string> Find(IEnumerable<IConfigurationProvider> providers, IConfiguration merged)
    {
        var others = merged.GetSection(OtherSections).GetChildren().Select(entry => entry.Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return from provider in providers
               from key in provider.GetChildKeys([], parentPath: null).Distinct(StringComparer.OrdinalIgnoreCase)
               where !Known.Contains(key, StringComparer.OrdinalIgnoreCase) && !others.Contains(key)
               let fault = Fault(provider, key)
               where fault is not null
               select fault;
    }

    private static string? Fault(IConfigurationProvider provider, string key)
    {
        var source = provider switch
        {
            JsonConfigurationProvider json => json.Source.Path,
            CommandLineConfigurationProvider => "The command line",
            _ => null,
        };
        if (source is not null)
        {
            var meant = Meant(key, Known) is { } near ? $"did you mean {near}?" : $"sections for something else are named in {OtherSections}.";
            return $"{source} holds {UnknownKeys.Shown(key)}, which is not a setting; {meant}";
        }
        return provider.GetChildKeys([], key).Any() && Meant(key, Sections[..2]) is { } section
            ? $"{UnknownKeys.Shown(key)} in the environment or the secrets directory is not a setting; did you mean {section}?"
            : null;
    }

    // With one underscore instead of two the section and its first key are one name.
    private static string? Meant(string key, string[] known) =>
        NearestKey.IfNear(key, known) ?? Array.Find(Sections[..2], section => key.StartsWith(section, StringComparison.OrdinalIgnoreCase));
}
