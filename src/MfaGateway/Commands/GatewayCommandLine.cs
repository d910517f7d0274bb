using System.CommandLine;
using MfaGateway.Commands.Remote;

namespace MfaGateway.Commands;

/// <summary>The program's commands. Those that are not here do not exist: <c>--help</c> lists what works.</summary>
public static class GatewayCommandLine
{
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var (settings, rest) = SettingArguments.Split(arguments);
        var launch = Launch.From(settings);
        // No response files: a user name may begin with "@".
        var parsed = Make(launch).Parse(rest, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await CommandConsole.Current.Error.WriteLineAsync(error.Message);
            await CommandConsole.Current.Error.WriteLineAsync("See --help. Settings are written --Section:Key=value.");
            return ExitCodes.WrongUsage;
        }

        if (IsOfStore(parsed) && await CommandClient.TryRunAsync(launch, rest, CancellationToken.None) is { } exitCode)
            return exitCode;

        // The server ends by its own rules when it is told to; commands are short.
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    /// <summary>Carries out a command in the gateway of <see cref="CommandHost.Current"/>, with <see cref="CommandConsole.Current"/>.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    internal static async Task<int> CarryOutAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var parsed = Make(Launch.From([])).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 || !IsOfStore(parsed))
            return await CommandStore.FailAsync("The gateway that runs does not know this command. Is it of another version?");
        return await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellationToken);
    }

    /// <summary>Whether it works on the store of a data directory and nothing else. Help and the rest need none, or make one.</summary>
    private static bool IsOfStore(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        string[] path = [.. command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).Select(parent => parent.Name), command.Name];
        return parsed.Action == command.Action && path is ["users" or "sessions" or "audit" or "applications" or "clock", _] or ["mail", "undelivered" or "retry"] or ["store", "backup" or "verify"];
    }

    private static RootCommand Make(Launch launch)
    {
        var root = new RootCommand(
            "Puts two-factor sign-in in front of apps that know nothing of it. Any setting can be given as --Section:Key=value.");
        var serving = new Command("serve", "Run the gateway (what happens without a command, too).");
        foreach (var command in new[] { root, serving })
            command.SetAction((_, cancellationToken) => ServeAsync(launch, cancellationToken));
        root.Add(serving);
        root.Add(UserCommands.Make(launch));
        root.Add(SessionCommands.Make(launch));
        root.Add(ConfigurationCommands.Make(launch));
        root.Add(AuditCommands.Make(launch));
        root.Add(ApplicationCommands.Make(launch));
        root.Add(MailCommands.Make(launch));
        root.Add(ClockCommands.Make(launch));
        root.Add(StoreCommands.Make(launch));
        return root;
    }

    private static async Task<int> ServeAsync(Launch launch, CancellationToken cancellationToken)
    {
        var sources = launch.ReadSources();
        return sources.Configuration is { } configuration
            ? await GatewayServer.ServeAsync(configuration, launch.ContentRoot, launch.Environment, cancellationToken)
            : await ConfigurationFaults.PrintAsync(sources.Faults);
    }
}
