using System.CommandLine;
using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary><c>users delete</c></summary>
internal static class DeleteUser
{
    public static Command Make(Launch launch)
    {
        var (name, yes, json) = (UserArguments.UserName(), UserArguments.Yes(), UserArguments.Json());
        var command = new Command("delete", "Delete an account for good. Its name and its address are free afterwards; the audit log stays.") { name, yes, json };
        command.SetAction((parsed, cancellationToken) => CommandStore.UseAsync(
            launch,
            mayCreate: false,
            store => store.WithAccountAsync(
                parsed.GetRequiredValue(name),
                async account => await Confirmation.AskAsync(
                    $"Delete {account.UserName} ({account.Email}) with all authenticators, recovery codes and sessions? This can't be undone.",
                    parsed.GetValue(yes), cancellationToken) is { } refusal
                    ? refusal
                    : await RunAsync(store, account, parsed.GetValue(json), cancellationToken),
                cancellationToken),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandStore store, Account account, bool json, CancellationToken cancellationToken)
    {
        var change = await store.Administration.DeleteAsync(account, Actor.Command, cancellationToken);
        if (change != AccountChange.Done)
            return await AccountChanges.PrintAsync(store, change, account, string.Empty, json, cancellationToken);

        if (json)
            await Output.WriteJsonAsync(new DeletedUser(account.Id, account.UserName));
        else
            await CommandConsole.Current.Out.WriteLineAsync($"{account.UserName} is deleted.");
        return ExitCodes.Done;
    }
}

/// <summary>A deleted account as scripts get it; the names of the JSON are part of the contract with them.</summary>
internal sealed record DeletedUser(string Id, string UserName);
