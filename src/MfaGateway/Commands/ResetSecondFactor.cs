using System.CommandLine;
using System.Globalization;
using MfaGateway.Core.Accounts;
using Spectre.Console;

namespace MfaGateway.Commands;

/// <summary><c>users reset-2fa</c>: also the way back for an administrator who is locked out of the second factor.</summary>
internal static class ResetSecondFactor
{
    private static readonly string ReasonLength = string.Create(
        CultureInfo.InvariantCulture, $"{AdministrationService.MinReason} to {AdministrationService.MaxReason} characters on one line");

    public static Command Make(Launch launch)
    {
        var (name, json) = (UserArguments.UserName(), UserArguments.Json());
        var reason = new Option<string>("--reason") { Description = $"Why, for the person and the audit log: {ReasonLength}.", Required = true };
        var yes = new Option<bool>("--yes") { Description = "Don't ask whether this is meant." };
        var command = new Command(
            "reset-2fa", "Take a person's second factor away, and print the one-time code that they need beside the password to set up a new one.")
        {
            name, reason, yes, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandStore.UseAsync(
            launch,
            mayCreate: false,
            store => store.WithAccountAsync(
                parsed.GetRequiredValue(name),
                async account => await MeansItAsync(account, parsed.GetValue(yes), cancellationToken) is { } refusal
                    ? refusal
                    : await RunAsync(store, account, parsed.GetRequiredValue(reason), parsed.GetValue(json), cancellationToken),
                cancellationToken),
            cancellationToken));
        return command;
    }

    /// <returns>The exit code when it is not to be done; null when it is.</returns>
    private static async Task<int?> MeansItAsync(Account account, bool yes, CancellationToken cancellationToken)
    {
        if (yes)
            return null;
        if (Console.IsInputRedirected)
        {
            await Console.Error.WriteLineAsync("There is no terminal to ask whether this is meant: say --yes.");
            return ExitCodes.WrongUsage;
        }

        // Questions go to the standard error, so that a redirected output holds the code alone.
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        var question = $"Take the second factor of {account.UserName} away and sign them out everywhere?";
        return await new ConfirmationPrompt(Markup.Escape(question)) { DefaultValue = false }.ShowAsync(console, cancellationToken)
            ? null
            : await CommandStore.FailAsync("Nothing was done.");
    }

    private static async Task<int> RunAsync(
        CommandStore store, Account account, string reason, bool json, CancellationToken cancellationToken)
    {
        switch (await store.Administration.ResetSecondFactorAsync(account, reason, Actor.Command, cancellationToken))
        {
            case SecondFactorReset.Done done when json:
                await Output.WriteJsonAsync(new PrintedReset(account.Id, account.UserName, done.Code.ToGroups(), done.ExpiresAt));
                return ExitCodes.Done;

            case SecondFactorReset.Done done:
                await Console.Out.WriteLineAsync(
                    $"{account.UserName} has no second factor now and is signed out everywhere. To set up a new one the person needs this code, until {Output.Time(done.ExpiresAt)}:");
                await Console.Out.WriteLineAsync(done.Code.ToGroups());
                return ExitCodes.Done;

            case SecondFactorReset.ReasonRefused:
                return await CommandStore.FailAsync($"--reason: Give a reason of {ReasonLength}.");

            default:
                return await CommandStore.FailAsync($"The account {account.UserName} is gone.");
        }
    }
}

/// <summary>A reset as scripts get it; the names of the JSON are part of the contract with them.</summary>
internal sealed record PrintedReset(string AccountId, string UserName, string Code, DateTimeOffset ExpiresAt)
{
    public override string ToString() => nameof(PrintedReset);
}
