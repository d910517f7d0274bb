using MfaGateway.Configuration;

namespace MfaGateway.Commands;

/// <summary>Where and as what the program was started, before any file was read.</summary>
/// <param name="ContentRoot">The directory of <c>appsettings.json</c>, as a full path.</param>
/// <param name="Environment">Names the second settings file.</param>
/// <param name="Settings">Of the command line, <c>--Section:Key=value</c> each.</param>
public sealed record Launch(string ContentRoot, string Environment, IReadOnlyList<string> Settings)
{
    /// <summary>
    /// The framework's own rules for content root and environment, but that a directory without settings is not taken
    /// for the content root: then it is the program's own, as in a published build started from anywhere.
    /// </summary>
    public static Launch From(IReadOnlyList<string> settings)
    {
        var host = new ConfigurationBuilder()
            .AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables("ASPNETCORE_").AddCommandLine([.. settings]).Build();
        var current = Directory.GetCurrentDirectory();
        var contentRoot = host[HostDefaults.ContentRootKey]
            ?? (File.Exists(Path.Combine(current, "appsettings.json")) ? current : AppContext.BaseDirectory);
        return new Launch(Path.GetFullPath(contentRoot), host[HostDefaults.EnvironmentKey] ?? Environments.Production, settings);
    }

    public SourcesReading ReadSources() => ConfigurationSources.Read(ContentRoot, Environment, Settings);
}
