using MfaGateway.Configuration;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.Backups;

namespace MfaGateway.Commands;

/// <summary><c>store copy</c></summary>
internal static class CopyStore
{
    public static async Task<int> RunAsync(
        Launch launch, StoreProvider from, string? connection, bool json, CancellationToken cancellationToken)
    {
        var sources = launch.ReadSources();
        if (sources.Configuration is null)
            return await ConfigurationFaults.PrintAsync(sources.Faults);
        var reading = GatewayConfigurationReader.Read(sources.Configuration);
        if (reading.Options is not { } options)
            return await ConfigurationFaults.PrintAsync(reading.Faults);
        if (from == options.Store.Provider)
            return await CommandStore.FailAsync($"MfaGateway:Store:Provider is {from}, too: set it to the engine that everything is to move to.");
        if (from == StoreProvider.Postgres && string.IsNullOrWhiteSpace(connection))
            return await CommandStore.FailAsync("--from Postgres takes --from-connection as well.");

        try
        {
            var progress = new Progress("written");
            var counts = await new StoreCopy(options).RunAsync(new StoreOptions { Provider = from, ConnectionString = connection }, progress.Set, cancellationToken);
            if (json)
                await Output.WriteJsonAsync(new ShownCopy(counts));
            else
                await CommandConsole.Current.Out.WriteLineAsync($"{Counts.Describe(counts)} moved, read back and found the same. Start the gateway; then delete the {from} store.");
            return ExitCodes.Done;
        }
        catch (Exception fault) when (fault is StoreRefusedException or StoreUnavailableException)
        {
            return await CommandStore.FailAsync(fault.Message);
        }
    }

    /// <summary>The names of the JSON are part of the contract with scripts.</summary>
    private sealed record ShownCopy(IReadOnlyDictionary<string, long> Items);
}
