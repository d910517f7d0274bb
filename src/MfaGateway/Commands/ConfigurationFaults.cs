namespace MfaGateway.Commands;

/// <summary>How a bad configuration ends the program.</summary>
public static class ConfigurationFaults
{
    /// <summary>Prints one line a fault.</summary>
    /// <returns><see cref="ExitCodes.BadConfiguration"/>.</returns>
    public static async Task<int> PrintAsync(IEnumerable<string> faults)
    {
        foreach (var fault in faults)
            await CommandConsole.Current.Error.WriteLineAsync(fault);
        return ExitCodes.BadConfiguration;
    }
}
