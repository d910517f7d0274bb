using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary><c>users disable</c> and <c>users enable</c></summary>
internal static class DisableUser
{
    public static Task<int> RunAsync(Launch launch, string userName, bool disabled, bool json, CancellationToken cancellationToken) =>
        CommandStore.UseAsync(
            launch,
            mayCreate: false,
            store => store.WithAccountAsync(userName, account => RunAsync(store, account, disabled, json, cancellationToken), cancellationToken),
            cancellationToken);

    private static async Task<int> RunAsync(CommandStore store, Account account, bool disabled, bool json, CancellationToken cancellationToken)
    {
        var change = await store.Administration.SetDisabledAsync(account, disabled, Actor.Command, cancellationToken);
        var done = disabled ? $"{account.UserName} is disabled and signed out everywhere." : $"{account.UserName} may sign in again.";
        return await AccountChanges.PrintAsync(store, change, account, done, json, cancellationToken);
    }
}
