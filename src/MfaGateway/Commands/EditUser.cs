using System.CommandLine;
using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary><c>users edit</c></summary>
internal static class EditUser
{
    public static Command Make(Launch launch)
    {
        var (name, email, displayName, groups) = (
            UserArguments.UserName(), UserArguments.Email(), UserArguments.DisplayName(), UserArguments.Groups());
        var command = new Command("edit", "Change a person's address, name or groups. What is not given stays.") { name, email, displayName, groups };
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
                    return RunAsync(store, account, wanted, cancellationToken);
                },
                cancellationToken),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandStore store, Account account, AccountDetails wanted, CancellationToken cancellationToken) =>
        await store.Administration.EditAsync(account, wanted, Actor.Command, cancellationToken) switch
        {
            AccountEdit.Refused refused => await Refusals.PrintAsync(refused.Faults),
            AccountEdit.NotDone notDone => await AccountChanges.PrintAsync(notDone.Why, account, string.Empty),
            _ => await AccountChanges.PrintAsync(AccountChange.Done, account, $"{account.UserName} is changed."),
        };
}
