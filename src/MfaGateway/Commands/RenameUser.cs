using System.CommandLine;
using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary><c>users rename</c></summary>
internal static class RenameUser
{
    public static Command Make(Launch launch)
    {
        var (name, json) = (UserArguments.UserName(), UserArguments.Json());
        var newName = new Argument<string>("NEW") { Description = "The new user name." };
        var command = new Command(
            "rename", "Give an account another user name. The person is signed out and notified; apps that know them by the old name see another person.")
        {
            name, newName, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandStore.UseAsync(
            launch,
            mayCreate: false,
            store => store.WithAccountAsync(
                parsed.GetRequiredValue(name),
                account => RunAsync(store, account, parsed.GetRequiredValue(newName), parsed.GetValue(json), cancellationToken),
                cancellationToken),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandStore store, Account account, string newName, bool json, CancellationToken cancellationToken) =>
        await store.Administration.RenameAsync(account, newName, Actor.Command, cancellationToken) switch
        {
            AccountEdit.Refused refused => await PrintAsync(refused),
            AccountEdit.NotDone notDone => await AccountChanges.PrintAsync(store, notDone.Why, account, string.Empty, json, cancellationToken),
            _ => await AccountChanges.PrintAsync(
                store, AccountChange.Done, account, $"{account.UserName} is now {newName}, and is signed out everywhere.", json, cancellationToken),
        };

    // Here NAME is the account that is renamed.
    private static async Task<int> PrintAsync(AccountEdit.Refused refused)
    {
        foreach (var fault in refused.Faults)
            await CommandConsole.Current.Error.WriteLineAsync($"NEW: {fault.Message}");
        return ExitCodes.Failed;
    }
}
