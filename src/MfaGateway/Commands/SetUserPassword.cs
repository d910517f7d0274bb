using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary><c>users set-password</c></summary>
internal static class SetUserPassword
{
    public static Task<int> RunAsync(Launch launch, string userName, bool fromStandardInput, CancellationToken cancellationToken) =>
        CommandStore.UseAsync(
            launch,
            mayCreate: false,
            store => store.WithAccountAsync(userName, account => RunAsync(store, account, fromStandardInput, cancellationToken), cancellationToken),
            cancellationToken);

    private static async Task<int> RunAsync(
        CommandStore store, Account account, bool fromStandardInput, CancellationToken cancellationToken)
    {
        var input = await PasswordInput.ReadAsync(fromStandardInput, cancellationToken);
        if (input is not PasswordInputResult.Given { Password: var password })
            return await Refusals.PrintAsync((PasswordInputResult.None)input);

        switch (await store.Accounts.SetPasswordAsync(account, password, Actor.Command, cancellationToken))
        {
            case PasswordChange.Changed:
                await Console.Out.WriteLineAsync($"{account.UserName} has a new password and is signed out everywhere.");
                return ExitCodes.Done;
            case PasswordChange.Refused refused:
                return await Refusals.PrintAsync(refused.Faults);
            default:
                return await CommandStore.FailAsync($"The account {account.UserName} is gone.");
        }
    }
}
