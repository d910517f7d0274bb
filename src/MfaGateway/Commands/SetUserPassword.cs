using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary><c>users set-password</c></summary>
internal static class SetUserPassword
{
    public static Task<int> RunAsync(Launch launch, string userName, bool fromStandardInput, bool json, CancellationToken cancellationToken) =>
        CommandStore.UseAsync(
            launch,
            mayCreate: false,
            store => store.WithAccountAsync(userName, account => RunAsync(store, account, fromStandardInput, json, cancellationToken), cancellationToken),
            cancellationToken);

    private static async Task<int> RunAsync(
        CommandStore store, Account account, bool fromStandardInput, bool json, CancellationToken cancellationToken)
    {
        var input = await PasswordInput.ReadAsync(fromStandardInput, cancellationToken);
        if (input is not PasswordInputResult.Given { Password: var password })
            return await Refusals.PrintAsync((PasswordInputResult.None)input);

        switch (await store.Accounts.SetPasswordAsync(account, password, Actor.Command, cancellationToken))
        {
            case PasswordChange.Changed:
                var done = $"{account.UserName} has a new password and is signed out everywhere.";
                return await AccountChanges.PrintAsync(store, AccountChange.Done, account, done, json, cancellationToken);
            case PasswordChange.Refused refused:
                return await Refusals.PrintAsync(refused.Faults);
            default:
                return await AccountChanges.PrintGoneAsync(account);
        }
    }
}
