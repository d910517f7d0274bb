using System.CommandLine;
using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary><c>users edit</c></summary>
internal static class EditUser
{
    public static Command Make(Launch launch)
    {
        var (name, email, displayName, groups, json) = (
            UserArguments.UserName(), UserArguments.Email(), UserArguments.DisplayName(), UserArguments.Groups(), UserArguments.Json());
        var command = new Command("edit", "Change a person's address, name or groups. What is not given stays.") { name, email, displayName, groups, json };
        command.Validators.Add(result =>
        {
            if ((result.GetValue(email) ?? result.GetValue(displayName) ?? result.GetValue(groups)) is null)
                result.AddError("Give what to change: --email, --name or --groups.");
        });
        command.SetAction((parsed, cancellationToken) => CommandStore.UseAsync(
            launch,
            mayCreate: false,
            store => store.WithAccountAsync(
                parsed.GetRequiredValue(name),
                account =>
                {
                    var wanted = new AccountDetails(
                        parsed.GetValue(email) ?? account.Email,
                        parsed.GetValue(displayName) ?? account.DisplayName,
                        UserArguments.Split(parsed.GetValue(groups)) ?? account.Groups);
                    return RunAsync(store, account, wanted, parsed.GetValue(json), cancellationToken);
                },
                cancellationToken),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandStore store, Account account, AccountDetails wanted, bool json, CancellationToken cancellationToken) =>
        await store.Administration.EditAsync(account, wanted, Actor.Command, cancellationToken) switch
        {
            AccountEdit.Refused refused => await Refusals.PrintAsync(refused.Faults),
            AccountEdit.NotDone notDone => await AccountChanges.PrintAsync(store, notDone.Why, account, string.Empty, json, cancellationToken),
            _ => await AccountChanges.PrintAsync(store, AccountChange.Done, account, $"{account.UserName} is changed.", json, cancellationToken),
        };
}
