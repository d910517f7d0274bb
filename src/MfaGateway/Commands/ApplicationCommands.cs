using System.CommandLine;
using System.Globalization;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Factors.MagicCodes;

namespace MfaGateway.Commands;

/// <summary>The words of <c>applications</c>: how the mailed codes of each one are.</summary>
internal static class ApplicationCommands
{
    public static Command Make(Launch launch) =>
        new("applications", "How the codes by e-mail of each application are.") { List(launch), Set(launch), RotateSecret(launch) };

    private static Command List(Launch launch)
    {
        var json = UserArguments.Json();
        var list = new Command("list", "List the applications with what holds for their codes now.") { json };
        list.SetAction((parsed, cancellationToken) => CommandStore.UseAsync(
            launch, mayCreate: false, store => PrintAsync(store, store.Applications.All, parsed.GetValue(json), cancellationToken), cancellationToken));
        return list;
    }

    private static Command Set(Launch launch)
    {
        var (name, json) = (Name(), UserArguments.Json());
        var digits = new Option<int?>("--digits")
        {
            Description = $"How long a code is: {MagicCodeAlgorithm.MinDigits} to {MagicCodeAlgorithm.MaxDigits}.",
        };
        var minutes = new Option<int?>("--minutes")
        {
            Description = $"How long a code is good: {MagicCodeAdministration.LeastMinutes} to {MagicCodeAdministration.MostMinutes}.",
        };
        var set = new Command("set", "Change how the codes of an application are, from the next one on. What is not given stays.") { name, digits, minutes, json };
        set.Validators.Add(result =>
        {
            if (result.GetValue(digits) is null && result.GetValue(minutes) is null)
                result.AddError("Give what to change: --digits or --minutes.");
        });
        set.SetAction((parsed, cancellationToken) => UseAsync(
            launch,
            parsed.GetRequiredValue(name),
            async (store, application) =>
            {
                var now = await store.MagicCodes.FindAsync(application, cancellationToken);
                var wanted = new ApplicationSettings(parsed.GetValue(digits) ?? now.Digits, parsed.GetValue(minutes) ?? now.LifetimeMinutes);
                return await store.MagicCodes.TrySetAsync(application, wanted, Actor.Command, cancellationToken)
                    ? await PrintAsync(store, [application], parsed.GetValue(json), cancellationToken)
                    : await CommandStore.FailAsync(
                        $"A code has {MagicCodeAlgorithm.MinDigits} to {MagicCodeAlgorithm.MaxDigits} digits, and lives "
                        + $"{MagicCodeAdministration.LeastMinutes} to {MagicCodeAdministration.MostMinutes} minutes. Nothing was changed.");
            },
            cancellationToken));
        return set;
    }

    private static Command RotateSecret(Launch launch)
    {
        var name = Name();
        var rotate = new Command("rotate-secret", "Make a new secret for an application. Codes under way stay good for their time.") { name };
        rotate.SetAction((parsed, cancellationToken) => UseAsync(
            launch,
            parsed.GetRequiredValue(name),
            async (store, application) =>
            {
                if (await store.MagicCodes.TryRotateAsync(application, Actor.Command, cancellationToken) is null)
                    return await CommandStore.FailAsync("Another process made a new secret at the same moment; nothing was done. Try again.");

                await CommandConsole.Current.Out.WriteLineAsync($"{application} has a new secret.");
                return ExitCodes.Done;
            },
            cancellationToken));
        return rotate;
    }

    private static Argument<string> Name() => new("APPLICATION") { Description = "The name of the application." };

    private static Task<int> UseAsync(
        Launch launch, string application, Func<CommandStore, string, Task<int>> work, CancellationToken cancellationToken) =>
        CommandStore.UseAsync(
            launch,
            mayCreate: false,
            store => store.Applications.All.Contains(application, StringComparer.Ordinal)
                ? work(store, application)
                : CommandStore.FailAsync($"There is no application {application}. \"applications list\" shows those there are."),
            cancellationToken);

    private static async Task<int> PrintAsync(CommandStore store, IReadOnlyList<string> applications, bool json, CancellationToken cancellationToken)
    {
        var shown = new List<ShownApplication>();
        foreach (var application in applications)
        {
            var settings = await store.MagicCodes.FindAsync(application, cancellationToken);
            shown.Add(new(application, settings.Digits, settings.LifetimeMinutes));
        }

        if (json)
            await Output.WriteJsonAsync(shown);
        else
            Output.WriteTable(["application", "digits", "minutes"], shown.Select(one => new[] { one.Name, Text(one.Digits), Text(one.LifetimeMinutes) }));
        return ExitCodes.Done;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>An application as scripts get it; the names of the JSON are part of the contract with them.</summary>
internal sealed record ShownApplication(string Name, int Digits, int LifetimeMinutes);
