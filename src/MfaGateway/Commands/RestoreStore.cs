using System.Globalization;
using MfaGateway.Configuration;
using MfaGateway.Core.Storage;
using MfaGateway.Storage.Backups;

namespace MfaGateway.Commands;

/// <summary><c>store restore</c></summary>
internal static class RestoreStore
{
    public static async Task<int> RunAsync(Launch launch, string path, string keyPath, bool json, CancellationToken cancellationToken)
    {
        var sources = launch.ReadSources();
        if (sources.Configuration is null)
            return await ConfigurationFaults.PrintAsync(sources.Faults);
        var reading = GatewayConfigurationReader.Read(sources.Configuration);
        if (reading.Options is not { } options)
            return await ConfigurationFaults.PrintAsync(reading.Faults);

        try
        {
            var progress = new Progress("written");
            var accounts = await new StoreRestore(options, TimeProvider.System).RunAsync(path, BackupKey.Read(keyPath), progress.Set, cancellationToken);
            await PrintAsync(new ShownRestore(accounts), json);
            return ExitCodes.Done;
        }
        catch (Exception fault) when (fault is StoreRefusedException or StoreUnavailableException)
        {
            return await CommandStore.FailAsync(fault.Message);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return await CommandStore.FailAsync($"{path} can't be restored. {fault.Message}");
        }
    }

    private static async Task PrintAsync(ShownRestore restored, bool json)
    {
        if (json)
        {
            await Output.WriteJsonAsync(restored);
            return;
        }

        await CommandConsole.Current.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{restored.Accounts} {(restored.Accounts == 1 ? "account is" : "accounts are")} back. Start the gateway."));
        await CommandConsole.Current.Out.WriteLineAsync(
            "Everybody signs in again. Links and codes of before are not good, recovery codes neither: people make new ones on their account page.");
    }

    /// <summary>The names of the JSON are part of the contract with scripts.</summary>
    private sealed record ShownRestore(int Accounts);
}
