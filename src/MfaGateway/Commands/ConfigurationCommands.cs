using System.CommandLine;
using MfaGateway.Configuration;

namespace MfaGateway.Commands;

/// <summary><c>config check</c></summary>
internal static class ConfigurationCommands
{
    public static Command Make(Launch launch)
    {
        var check = new Command("check", "Read the configuration as the gateway would at its start, and list everything that is wrong with it.");
        check.SetAction((_, cancellationToken) => CheckAsync(launch, cancellationToken));
        return new Command("config", "The configuration.") { check };
    }

    private static async Task<int> CheckAsync(Launch launch, CancellationToken cancellationToken)
    {
        var faults = await FaultsAsync(launch.ReadSources(), cancellationToken);
        if (faults.Count > 0)
            return await ConfigurationFaults.PrintAsync(faults);

        foreach (var note in await UnusedGroups.FindAsync(launch, cancellationToken))
            await CommandConsole.Current.Out.WriteLineAsync($"Note: {note}");
        await CommandConsole.Current.Out.WriteLineAsync($"The configuration in {launch.ContentRoot} ({launch.Environment}) is fine.");
        return ExitCodes.Done;
    }

    private static async Task<IReadOnlyList<string>> FaultsAsync(SourcesReading sources, CancellationToken cancellationToken) =>
        sources.Configuration is { } configuration
            ? (await GatewayConfigurationReader.ReadWithProxyAsync(configuration, cancellationToken)).Faults
            : sources.Faults;
}
