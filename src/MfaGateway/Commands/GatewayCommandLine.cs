using System.CommandLine;

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
                await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("See --help. Settings are written --Section:Key=value.");
            return ExitCodes.WrongUsage;
        }

        // The server ends by its own rules when it is told to; commands are short.
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
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
