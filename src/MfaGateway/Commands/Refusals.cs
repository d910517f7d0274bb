using MfaGateway.Core.Accounts;

namespace MfaGateway.Commands;

/// <summary>How commands say that an account may not be as it was asked for.</summary>
internal static class Refusals
{
    public static async Task<int> PrintAsync(PasswordInputResult.None none)
    {
        await CommandConsole.Current.Error.WriteLineAsync(none.Sentence);
        return none.ExitCode;
    }

    /// <summary>One line a fault, each begun with what to write differently.</summary>
    public static async Task<int> PrintAsync(IEnumerable<AccountFault> faults)
    {
        foreach (var fault in faults)
            await CommandConsole.Current.Error.WriteLineAsync($"{Name(fault.Field)}: {fault.Message}");
        return ExitCodes.Failed;
    }

    private static string Name(AccountField field) => field switch
    {
        AccountField.UserName => "NAME",
        AccountField.Email => "--email",
        AccountField.DisplayName => "--name",
        AccountField.Groups => "--groups",
        _ => "password",
    };
}
