using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary>How commands say what came of a change.</summary>
internal static class AccountChanges
{
    /// <param name="done">What people are told when it was done. Scripts get the account as it is then, as <c>users show --json</c> prints it.</param>
    public static async Task<int> PrintAsync(
        CommandStore store, AccountChange change, Account account, string done, bool json, CancellationToken cancellationToken)
    {
        if (change != AccountChange.Done)
            return await CommandStore.FailAsync(Explain(change, account));

        if (json)
            return await ShowUser.PrintAsync(store, account, json, cancellationToken);

        await CommandConsole.Current.Out.WriteLineAsync(done);
        return ExitCodes.Done;
    }

    public static Task<int> PrintGoneAsync(Account account) => CommandStore.FailAsync(Explain(AccountChange.AccountGone, account));

    private static string Explain(AccountChange change, Account account) => change switch
    {
        AccountChange.LastAdministrator => AdministrationService.LastAdministrator,
        AccountChange.Outdated => $"{account.UserName} was changed at the same moment; nothing was done. Try again.",
        AccountChange.OwnAccount => AdministrationService.OwnAccount,
        _ when AccountFault.Of(change) is { } fault => fault.Message,
        _ => $"The account {account.UserName} is gone.",
    };
}
