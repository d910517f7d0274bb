using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary><c>users add</c></summary>
internal static class AddUser
{
    public static async Task<int> RunAsync(Launch launch, AddUserArguments arguments, CancellationToken cancellationToken)
    {
        // Asked first, so that a question without an answer leaves no new store behind.
        var input = await PasswordInput.ReadAsync(arguments.PasswordFromStandardInput, cancellationToken);
        if (input is not PasswordInputResult.Given { Password: var password })
            return await Refusals.PrintAsync((PasswordInputResult.None)input);

        return await CommandStore.UseAsync(
            launch, mayCreate: true, store => RunAsync(store, arguments, password, cancellationToken), cancellationToken);
    }

    private static async Task<int> RunAsync(
        CommandStore store, AddUserArguments arguments, string password, CancellationToken cancellationToken)
    {
        var account = new NewAccount(arguments.UserName, arguments.Email, arguments.DisplayName, arguments.Groups, password);
        switch (await store.Accounts.AddAsync(account, Actor.Command, cancellationToken))
        {
            case AccountAddition.Added added:
                return await AccountChanges.PrintAsync(
                    store, AccountChange.Done, added.Account, $"Added {added.Account.UserName}.", arguments.Json, cancellationToken);
            case AccountAddition.Refused refused:
                return await Refusals.PrintAsync(refused.Faults);
            default:
                return await CommandStore.FailAsync("The account was not added.");
        }
    }
}

/// <param name="Groups">Not checked yet.</param>
internal sealed record AddUserArguments(
    string UserName, string Email, string? DisplayName, IReadOnlyList<string> Groups, bool PasswordFromStandardInput, bool Json);
