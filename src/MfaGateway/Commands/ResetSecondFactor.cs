using System.CommandLine;
using System.Globalization;
using MfaGateway.Core.Accounts;

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
        var yes = UserArguments.Yes();
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
                async account => await Confirmation.AskAsync(
                    $"Take the second factor of {account.UserName} away and sign them out everywhere?", parsed.GetValue(yes), cancellationToken) is { } refusal
                    ? refusal
                    : await RunAsync(store, account, parsed.GetRequiredValue(reason), parsed.GetValue(json), cancellationToken),
                cancellationToken),
            cancellationToken));
        return command;
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
                await CommandConsole.Current.Out.WriteLineAsync(
                    $"{account.UserName} has no second factor now and is signed out everywhere. To set up a new one the person needs this code, until {Output.Time(done.ExpiresAt)}:");
                await CommandConsole.Current.Out.WriteLineAsync(done.Code.ToGroups());
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
