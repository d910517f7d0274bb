using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary>How commands say what came of a change.</summary>
internal static class AccountChanges
{
    /// <param name="done">What to print when it was done.</param>
    public static async Task<int> PrintAsync(AccountChange change, Account account, string done)
    {
        if (change != AccountChange.Done)
            return await CommandStore.FailAsync(Explain(change, account));

        await Console.Out.WriteLineAsync(done);
        return ExitCodes.Done;
    }

    private static string Explain(AccountChange change, Account account) => change switch
    {
        AccountChange.LastAdministrator => AdministrationService.LastAdministrator,
        AccountChange.Outdated => $"Somebody else changed {account.UserName} at the same moment; nothing was done. Try again.",
        AccountChange.EmailTaken => AccountFault.EmailTaken.Message,
        _ => $"The account {account.UserName} is gone.",
    };
}
