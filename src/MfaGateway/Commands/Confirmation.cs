namespace MfaGateway.Commands;

/// <summary>Asks once whether a command is meant that can't be undone.</summary>
internal static class Confirmation
{
    /// <param name="question">What would be done.</param>
    /// <param name="yes">Whether the command line says that it is meant.</param>
    /// <returns>The exit code when it is not to be done; null when it is.</returns>
    public static async Task<int?> AskAsync(string question, bool yes, CancellationToken cancellationToken)
    {
        if (yes)
            return null;
        if (!CommandConsole.Current.CanAsk)
        {
            await CommandConsole.Current.Error.WriteLineAsync("There is no terminal to ask whether this is meant: say --yes.");
            return ExitCodes.WrongUsage;
        }

        return await CommandConsole.Current.ConfirmAsync(question, cancellationToken)
            ? null
            : await CommandStore.FailAsync("Nothing was done.");
    }
}
