using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration.Json;

namespace MfaGateway.Configuration;

/// <summary>
/// Where settings come from, the later over the earlier: <c>appsettings.json</c> of the content root,
/// <c>appsettings.{Environment}.json</c>, environment variables, the secrets directory, the command line.
/// </summary>
public static partial class ConfigurationSources
{
    private const string SecretsDirectoryKey = $"{GatewayOptions.SectionName}:SecretsDirectory";

    /// <param name="environment">What the host calls it: <c>Production</c>, <c>Development</c>, or a name of the operator's.</param>
    /// <param name="settings">Of the command line: <c>--Section:Key=value</c> each.</param>
    /// <returns>Files that can't be read as faults, one line each; nothing is thrown for them.</returns>
    public static SourcesReading Read(string contentRoot, string environment, IReadOnlyList<string> settings)
    {
        var faults = new List<string>();
        var withoutSecrets = Build(contentRoot, environment, settings, secretsDirectory: null, faults);
        if (faults.Count > 0 || withoutSecrets?[SecretsDirectoryKey] is not { } directory || !Directory.Exists(directory))
            return new SourcesReading(withoutSecrets, faults); // that it is missing is the reader's to say

        var whole = Build(contentRoot, environment, settings, Path.GetFullPath(directory), faults);
        return new SourcesReading(whole, faults);
    }

    private static IConfigurationRoot? Build(
        string contentRoot, string environment, IReadOnlyList<string> settings, string? secretsDirectory, List<string> faults)
    {
        var builder = new ConfigurationBuilder().SetBasePath(contentRoot);
        builder.AddInMemoryCollection([new(HostDefaults.ContentRootKey, contentRoot)]);
        // The framework's own settings (URLS, ENVIRONMENT) come under these prefixes; everything else overrides them.
        builder.AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables("ASPNETCORE_");
        AddJson(builder, contentRoot, "appsettings.json", faults);
        AddJson(builder, contentRoot, $"appsettings.{environment}.json", faults);
        builder.AddEnvironmentVariables();
        if (secretsDirectory is not null)
        {
            faults.AddRange(SettingFiles.FaultsOfSecrets(secretsDirectory));
            builder.AddKeyPerFile(secretsDirectory, optional: false, reloadOnChange: false);
        }

        builder.AddCommandLine([.. settings]);
        try
        {
            var sources = builder.Build();
            var merged = new ConfigurationBuilder().AddInMemoryCollection(ReplacingLists.Merge(sources.Providers)).Build();
            faults.AddRange(TopLevelReview.Find(sources.Providers, merged));
            return faults.Count == 0 ? merged : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // Says which file and why (no right to read it, gone while it was read).
            faults.Add(unreadable.Message);
            return null;
        }
    }

    private static void AddJson(IConfigurationBuilder builder, string contentRoot, string file, List<string> faults)
    {
        if (SettingFiles.FaultOf(Path.Combine(contentRoot, file)) is { } fault)
        {
            faults.Add(fault);
            return;
        }

        builder.Add<JsonConfigurationSource>(source =>
        {
            source.Path = file;
            source.Optional = true;
            source.ReloadOnChange = false;
            source.OnLoadException = context =>
            {
                context.Ignore = true;
                faults.Add(JsonFault(context.Provider.Source.FileProvider?.GetFileInfo(file).PhysicalPath ?? file, context.Exception));
            };
        });
    }

    private static string JsonFault(string file, Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is System.Text.Json.JsonException { LineNumber: { } line, BytePositionInLine: { } position } json)
            {
                var reason = JsonReaderPosition().Replace(json.Message, string.Empty);
                return FormattableString.Invariant($"{file} must be JSON, but line {line + 1}, position {position + 1} is not: {reason}");
            }
        }

        return $"{file} can't be read: {exception.GetBaseException().Message}";
    }

    // The reader's message ends in its own, zero-based count of the same.
    [GeneratedRegex(@" (?:LineNumber: \d+ \| BytePositionInLine: \d+|Path: .*)\.?$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex JsonReaderPosition();
}

/// <param name="Configuration">Null when there is any fault.</param>
/// <param name="Faults">One line each: the file, the place in it, what is wrong.</param>
public sealed record SourcesReading(IConfigurationRoot? Configuration, IReadOnlyList<string> Faults);
