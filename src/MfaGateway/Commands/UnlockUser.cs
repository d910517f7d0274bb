using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary><c>users unlock</c></summary>
internal static class UnlockUser
{
    public static Task<int> RunAsync(Launch launch, string userName, bool json, CancellationToken cancellationToken) =>
        CommandStore.UseAsync(
            launch,
            mayCreate: false,
            store => store.WithAccountAsync(userName, account => RunAsync(store, account, json, cancellationToken), cancellationToken),
            cancellationToken);

    private static async Task<int> RunAsync(CommandStore store, Account account, bool json, CancellationToken cancellationToken)
    {
        var change = await store.Administration.UnlockAsync(account, Actor.Command, cancellationToken);
        return await AccountChanges.PrintAsync(
            store, change, account, $"{account.UserName} is unlocked: wrong passwords and codes are forgotten. {AdministrationService.AddressesStay}",
            json, cancellationToken);
    }
}
